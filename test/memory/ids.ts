/** IDs, addresses and MACs that look like the engine's and are the same in every run. */

/** Mixes a counter into 32 bits; neighbours come out far apart, as real IDs do. */
function mix(value: number): number {
  let x = Math.imul(value ^ (value >>> 16), 0x45d9f3b);
  x = Math.imul(x ^ (x >>> 16), 0x45d9f3b);
  return (x ^ (x >>> 16)) >>> 0;
}

const hex8 = (value: number): string => (value + 0x1_0000_0000).toString(16).slice(1);

export class Ids {
  #count: number;

  /** @param seed engines of different seeds never give out the same ID */
  constructor(seed = 1) {
    this.#count = mix(seed) >>> 8;
  }

  /** 64 hex digits, never beginning with a run that reads as a number only. */
  next(): string {
    const from = (this.#count += 8);
    let id = '';
    for (let part = 0; part < 8; part++) id += hex8(mix(from + part));
    // The engine avoids IDs whose short form is all digits: they could be taken for numbers.
    return /^[0-9]{12}/.test(id) ? `f${id.slice(1)}` : id;
  }
}

export const shortId = (id: string): string => id.slice(0, 12);

export function addressNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

export function numberAddress(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
}

/** Below API 1.44 the MAC followed from the address; newer engines draw one, which this stands in for. */
export function macFor(address: string, endpointId: string, derived: boolean): string {
  const bytes = derived
    ? `0242${address
        .split('.')
        .map((part) => Number(part).toString(16).padStart(2, '0'))
        .join('')}`
    : `0a${endpointId.slice(0, 10)}`;
  return bytes.replaceAll(/(..)(?=.)/g, '$1:');
}
