/** Which GPUs are asked for: `--devices`, read into a type that every mode can be written from. */
import { z } from 'zod';

/** How GPU access is asked for. */
export const GPU_MODES = ['cdi', 'gpus', 'nvidia-runtime'] as const;
export type GpuMode = (typeof GPU_MODES)[number];
/** What a container is to have; `none`: no GPU. */
export type WantedMode = GpuMode | 'none';

/** `ids` are indexes (`0`), MIG indexes (`0:1`), UUIDs (`GPU-…`, `MIG-…`), or names of CDI devices. */
export type DeviceSelection =
  | { readonly kind: 'all' }
  | { readonly kind: 'ids'; readonly ids: readonly string[] };

/** The CDI kind of NVIDIA's GPUs; a qualified device name is `nvidia.com/gpu=NAME`. */
export const CDI_KIND = 'nvidia.com/gpu';
const CDI_PREFIX = `${CDI_KIND}=`;

const PLAIN = /^(\d{1,4}(:\d{1,4})?|(GPU|MIG)-[0-9A-Za-z/_-]+)$/;
const CDI_NAME = /^[0-9A-Za-z]([0-9A-Za-z_.:-]*[0-9A-Za-z])?$/;
const FORMS = 'all, 0, 0,1, 0:1, GPU-<uuid>, MIG-<uuid> or nvidia.com/gpu=NAME';

/** `nvidia.com/gpu=0` as `0`; anything else as it is. */
export function withoutCdiKind(id: string): string {
  return id.startsWith(CDI_PREFIX) ? id.slice(CDI_PREFIX.length) : id;
}

export function cdiName(id: string): string {
  return `${CDI_PREFIX}${id}`;
}

function isDevice(word: string): boolean {
  return word.startsWith(CDI_PREFIX) ? CDI_NAME.test(withoutCdiKind(word)) : PLAIN.test(word);
}

/** Reads `--devices`. An issue names the offending word and the forms there are. */
export const deviceSelection: z.ZodType<DeviceSelection, string> = z
  .string()
  .transform((text, context): DeviceSelection => {
    const words = text.split(',').map((word) => word.trim());
    const ids = words.map(withoutCdiKind);
    const problem = problemOf(words, ids);
    if (problem !== null) {
      context.addIssue({ code: 'custom', message: `${problem}: use ${FORMS}` });
      return z.NEVER;
    }
    return ids[0] === 'all' ? { kind: 'all' } : { kind: 'ids', ids };
  });

function problemOf(words: readonly string[], ids: readonly string[]): string | null {
  if (words.length === 1 && ids[0] === 'all') return null;
  if (words.every((word) => word === '')) return 'no device is named';
  if (ids.includes('all')) return '"all" stands alone';
  const wrong = words.find((word) => !isDevice(word));
  if (wrong !== undefined) return `${JSON.stringify(wrong)} is not a GPU device`;
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  return twice === undefined ? null : `device ${JSON.stringify(twice)} is named twice`;
}

/**
 * The same as `deviceSelection.parse`, with the plain message.
 * @throws RangeError with one line that names the offending word and the forms there are
 */
export function parseDevices(text: string): DeviceSelection {
  const result = deviceSelection.safeParse(text);
  if (result.success) return result.data;
  throw new RangeError(result.error.issues[0]?.message ?? 'not a device selection');
}

/** As a person would write it, such as `all` or `0,1`; `parseDevices` reads it as the same. */
export function describeDevices(devices: DeviceSelection): string {
  if (devices.kind === 'all') return 'all';
  return devices.ids.map((id) => (PLAIN.test(id) ? id : cdiName(id))).join(',');
}
