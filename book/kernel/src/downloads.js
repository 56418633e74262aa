/* Every byte of the kernel comes through here: fetched once, counted, checked against its pinned hash, and inflated if
   it is an archive of ours. */
import { sha256 as digest } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { inflate, inflationReady } from "./inflate.js";

/** @typedef {{sha256: string, size: number, inflated?: number}} Pin `inflated`: the size of an archive's content */

/** The browser hashes faster, but not at once, and only in a secure context. */
const digestOf = async (bytes) =>
  globalThis.crypto?.subtle ? new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)) : digest(bytes);

export class Downloads {
  /** @param {(loaded: number, total: number) => void} report called as bytes arrive */
  constructor(report) {
    this.report = report;
    this.loaded = 0;
    this.total = 0;
    /** @type {Map<string, Promise<Uint8Array<ArrayBuffer>>>} by file name */
    this.files = new Map();
    /** @type {Set<string>} */
    this.asked = new Set();
  }

  /** @returns {string[]} the addresses of all that has been asked for */
  get addresses() {
    return [...this.asked];
  }

  /**
   * Start fetching a file, or return the fetch under way.
   * @param {string} url
   * @param {Pin} pin
   * @returns {Promise<Uint8Array<ArrayBuffer>>}
   */
  get(url, pin) {
    const name = fileName(url);
    const known = this.files.get(name);
    if (known) return known;
    this.total += pin.size;
    const bytes = this.#fetch(url, pin);
    bytes.catch(() => this.files.delete(name)); // reported where it is awaited; the next `get` fetches again
    this.files.set(name, bytes);
    return bytes;
  }

  /** The address with a mark of the content: a cache never takes one version of a file for another. */
  #marked(url, { sha256 }) {
    const address = `${url}?v=${sha256.slice(0, 8)}`;
    this.asked.add(address);
    return address;
  }

  /** @returns {Promise<Uint8Array<ArrayBuffer>>} the file, inflated; what some cache holds wrongly is fetched anew */
  async #fetch(url, pin) {
    const before = this.loaded;
    const bytes = await this.#read(url, pin, "default").catch((error) => {
      if (!(error instanceof WrongFile)) throw error;
      this.loaded = before;
      return this.#read(url, pin, "reload");
    });
    if (!pin.inflated) return bytes;
    await inflationReady();
    return inflate(bytes, pin.inflated);
  }

  async #read(url, { sha256, size }, cache) {
    const response = await fetch(this.#marked(url, { sha256 }), { cache });
    if (!response.ok || !response.body) throw new Error(`${fileName(url)} could not be loaded (${response.status})`);
    const bytes = new Uint8Array(size);
    let filled = 0;
    for (const reader = response.body.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      if (filled + value.length > size) throw new WrongFile(url);
      bytes.set(value, filled);
      filled += value.length;
      this.loaded += value.length;
      this.report(this.loaded, this.total);
    }
    if (filled !== size || bytesToHex(await digestOf(bytes)) !== sha256) throw new WrongFile(url);
    return bytes;
  }

  /** Let go of a file that has been used; the next `get` would fetch it again. */
  drop(url) {
    this.files.delete(fileName(url));
  }

  /**
   * Fetch a file while the worker waits, for an import that nobody foresaw. Archives of ours have been inflated before.
   * @param {string} url
   * @param {Pin} pin
   * @returns {Uint8Array<ArrayBuffer>}
   */
  getNow(url, pin) {
    const request = new XMLHttpRequest();
    request.open("GET", this.#marked(url, pin), false);
    request.responseType = "arraybuffer";
    request.send();
    if (request.status !== 200) throw new Error(`${fileName(url)} could not be loaded (${request.status})`);
    const bytes = new Uint8Array(request.response);
    if (bytesToHex(digest(bytes)) !== pin.sha256) throw new WrongFile(url);
    return pin.inflated ? inflate(bytes, pin.inflated) : bytes;
  }
}

/** @param {string} url */
export const fileName = (url) => url.slice(url.lastIndexOf("/") + 1);

class WrongFile extends Error {
  constructor(url) {
    super(`${fileName(url)} is not the file that was pinned (wrong hash), so it was not used`);
  }
}
