/* The data that Python's WebAssembly module puts into its memory when it is instantiated.

   A stored memory holds them too, mostly unchanged, and a reader gets both. So the memory is stored with the data taken
   out: what is unchanged becomes zero, and compresses to nothing. */

const DATA_SECTION = 11;
const GLOBAL_GET = 0x23; // the address of a segment is that from which the module's data begin …
const BEGIN = 1024; // … which Emscripten fixes for the main module

/** Reads the binary format of WebAssembly. */
class Reader {
  /**
   * @param {Uint8Array} bytes
   * @param {number} at where to begin: a module begins with a magic number and its version
   */
  constructor(bytes, at = 8) {
    this.bytes = bytes;
    this.at = at;
  }

  byte() {
    return this.bytes[this.at++];
  }

  /** @returns {number} an unsigned number, seven bits in a byte */
  number() {
    let value = 0;
    for (let digit = 1; ; digit *= 128) {
      const byte = this.byte();
      value += (byte & 127) * digit;
      if (byte < 128) return value;
    }
  }

  /** @returns {Uint8Array} */
  take(length) {
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
}

/** @returns {Uint8Array} the data of Python's module, which is one segment that lies in memory from BEGIN on */
function dataOf(binary) {
  const module = new Reader(binary);
  while (module.at < binary.length) {
    const kind = module.byte();
    const section = module.take(module.number());
    if (kind !== DATA_SECTION) continue;
    const data = new Reader(section, 0);
    const [count, flags, opcode] = [data.number(), data.number(), data.byte()];
    if (count !== 1 || flags !== 0 || opcode !== GLOBAL_GET) break;
    data.take(2); // which global, and the end of the expression
    return data.take(data.number());
  }
  throw new Error("the data of Python's module are not one segment");
}

/**
 * Take the data of Python's module out of a stored memory, or put them back: the two are the same (exclusive or).
 * @param {Uint8Array} snapshot Pyodide's: a header, whose second word is its length, and the memory
 * @param {Uint8Array} binary pyodide.asm.wasm
 */
export function exchangeData(snapshot, binary) {
  const data = dataOf(binary);
  const start = new DataView(snapshot.buffer, snapshot.byteOffset).getUint32(4, true) + BEGIN;
  for (let i = 0; i < data.length; i++) snapshot[start + i] ^= data[i];
}
