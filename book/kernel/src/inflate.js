/* The archives of the kernel are compressed with Zstandard, which browsers do not inflate by themselves. */
import { ZSTDDecoder } from "zstddec/stream";

const decoder = new ZSTDDecoder();
let ready;

/** The decoder fetches its own code from a data: address, which a site may forbid; here it gets the same bytes. */
function begin() {
  const { fetch } = self;
  self.fetch = async (address) => new Response(Uint8Array.from(atob(String(address).split(",")[1]), (character) => character.charCodeAt(0)));
  try {
    return decoder.init();
  } finally {
    self.fetch = fetch;
  }
}

/** @returns {Promise<void>} when `inflate` may be called */
export const inflationReady = () => (ready ??= begin());

/**
 * @param {Uint8Array} bytes one Zstandard frame
 * @param {number} size of what is in it
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function inflate(bytes, size) {
  const inflated = new Uint8Array(size);
  let filled = 0;
  for (const part of decoder.decodeStreaming([bytes])) {
    inflated.set(part, filled);
    filled += part.length;
  }
  if (filled !== size) throw new Error(`an archive holds ${filled} bytes, not ${size}`);
  return inflated;
}
