/* Every byte of the kernel comes through here: fetched once, counted, and checked against its pinned hash. What ends
   in .bin is one gzip stream, and is handed on inflated. */
import { gunzipSync } from "fflate";

/** @typedef {{sha256: string, size: number}} Pin */

const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
const base64 = (sha256) => btoa(String.fromCharCode(...sha256.match(/../g).map((pair) => parseInt(pair, 16))));

export class Downloads {
  /** @param {(loaded: number, total: number) => void} report called as bytes arrive */
  constructor(report) {
    this.report = report;
    this.loaded = 0;
    this.total = 0;
    /** @type {Map<string, Promise<Uint8Array>>} by file name */
    this.files = new Map();
    /** @type {Set<string>} */
    this.asked = new Set();
  }

  /** @returns {string[]} the addresses of all that has been asked for */
  get addresses() {
    return [...this.asked];
  }

  /**
   * Start fetching a file, or return the fetch under way. It is inflated while it arrives.
   * @param {string} url
   * @param {Pin} pin
   * @returns {Promise<Uint8Array>}
   */
  get(url, pin) {
    const name = fileName(url);
    if (!this.files.has(name)) {
      this.total += pin.size;
      const bytes = this.#fetch(url, pin);
      bytes.catch(() => {}); // reported where it is awaited
      this.files.set(name, bytes);
    }
    return this.files.get(name);
  }

  /** The address with a mark of the content: a cache never takes one version of a file for another. */
  #marked(url, { sha256 }) {
    const address = `${url}?v=${sha256.slice(0, 8)}`;
    this.asked.add(address);
    return address;
  }

  async #fetch(url, { sha256, size }) {
    // Without a secure context there is no crypto.subtle; then the browser checks, and tells no progress in between.
    const subtle = globalThis.crypto?.subtle;
    const response = await fetch(this.#marked(url, { sha256 }), subtle ? {} : { integrity: `sha256-${base64(sha256)}` });
    if (!response.ok) throw new Error(`${fileName(url)} could not be loaded (${response.status})`);
    const inflation = isGzip(url) ? new Inflation() : null;
    const bytes = new Uint8Array(size);
    let filled = 0;
    for (const reader = response.body.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      if (filled + value.length > size) throw new Error(damaged(url));
      bytes.set(value, filled);
      inflation?.add(bytes.subarray(filled, filled + value.length));
      filled += value.length;
      this.loaded += value.length;
      this.report(this.loaded, this.total);
    }
    if (filled !== size) throw new Error(damaged(url));
    if (subtle && hex(await subtle.digest("SHA-256", bytes)) !== sha256) throw new Error(damaged(url));
    return inflation ? inflation.end() : bytes; // only what had the right hash is handed on
  }

  /**
   * Fetch a file while the worker waits, for an import that nobody foresaw.
   * @param {string} url
   * @param {Pin} pin
   * @param {(bytes: Uint8Array) => string} digest
   * @returns {Uint8Array}
   */
  getNow(url, pin, digest) {
    const request = new XMLHttpRequest();
    request.open("GET", this.#marked(url, pin), false);
    request.responseType = "arraybuffer";
    request.send();
    if (request.status !== 200) throw new Error(`${fileName(url)} could not be loaded (${request.status})`);
    const bytes = new Uint8Array(request.response);
    if (digest(bytes) !== pin.sha256) throw new Error(damaged(url));
    return isGzip(url) ? gunzipSync(bytes) : bytes;
  }
}

/** A gzip stream that is inflated as its bytes arrive. */
class Inflation {
  constructor() {
    const stream = new DecompressionStream("gzip");
    this.writer = stream.writable.getWriter();
    this.inflated = new Response(stream.readable).arrayBuffer();
    this.inflated.catch(() => {}); // bytes with a wrong hash may be no gzip stream; the hash is what is reported
  }

  add(bytes) {
    this.writer.write(bytes).catch(() => {}); // an error shows in `inflated`
  }

  async end() {
    this.writer.close().catch(() => {});
    return new Uint8Array(await this.inflated);
  }
}

/** @param {string} url */
export const fileName = (url) => url.split("/").pop();

const isGzip = (url) => url.endsWith(".bin");

const damaged = (url) => `${fileName(url)} is not the file that was pinned (wrong hash), so it was not used`;
