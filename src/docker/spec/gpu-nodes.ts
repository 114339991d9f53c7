/** Device nodes of NVIDIA GPUs that a container was given one by one, past every mode. */
import type { RawContainer } from '../raw.js';
import { copyOf, isObject } from './json.js';

/** Of workstations and servers, of WSL2, and of Jetson. `/dev/dri` may be any vendor's. */
const GPU_NODE = /^\/dev\/(nvidia\d+|dxg|nvmap|nvgpu|nvhost-gpu)(\/|$)/;

/** Their paths, of `docker run --device`: in the container where that is a GPU's, otherwise on the machine. */
export function gpuNodes(observed: RawContainer): string[] {
  const devices = copyOf(observed.HostConfig)['Devices'];
  return (Array.isArray(devices) ? devices : []).filter(isObject).flatMap((device) => {
    const paths = [device['PathInContainer'], device['PathOnHost']];
    const node = paths.find((path) => typeof path === 'string' && GPU_NODE.test(path));
    return typeof node === 'string' ? [node] : [];
  });
}
