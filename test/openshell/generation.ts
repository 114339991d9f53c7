/** What distinguishes the gateways of different times, as far as a container's fate depends on it. */

/**
 * `early`: as measured on 0.0.44. `middle`: about 0.0.90 to 0.0.104. `lifecycle`: as measured on
 * 0.0.111, with `sandbox stop` and `sandbox start`.
 */
export type Generation = 'early' | 'middle' | 'lifecycle';

export interface Traits {
  readonly version: string;
  /** `sandbox stop` and `start` are there, and `--workspace`. */
  readonly lifecycle: boolean;
  /** Nothing that happens to the container takes an Error away. */
  readonly errorIsTerminal: boolean;
  /** A look that hits a removal is believed for ever. */
  readonly deletingSticks: boolean;
  /** A labelled container that the gateway has no record of gets one. */
  readonly adoptsUnknown: boolean;
  /** The sandbox's command is the container's own; else the supervisor runs it, and only once. */
  readonly commandInContainer: boolean;
}

const traits: Record<Generation, Traits> = {
  early: {
    version: '0.0.44',
    lifecycle: false,
    errorIsTerminal: false,
    deletingSticks: false,
    adoptsUnknown: true,
    commandInContainer: false,
  },
  middle: {
    version: '0.0.100',
    lifecycle: false,
    errorIsTerminal: false,
    deletingSticks: true,
    adoptsUnknown: true,
    commandInContainer: false,
  },
  lifecycle: {
    version: '0.0.111',
    lifecycle: true,
    errorIsTerminal: true,
    deletingSticks: true,
    adoptsUnknown: false,
    commandInContainer: true,
  },
};

export const traitsOf = (generation: Generation): Traits => traits[generation];

export const isGeneration = (word: string): word is Generation => Object.hasOwn(traits, word);
