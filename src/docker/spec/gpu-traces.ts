/** What the injection of a GPU leaves in a writable layer: mount points, links and a linker cache. */

/** Files of the driver that NVIDIA's tools mount or link below a library folder (NVIDIA Container Toolkit). */
const DRIVER_LIBRARY =
  /^\/(usr\/)?lib(32|64)?(\/[^/]+-linux-gnu[^/]*)?\/(lib(cuda|nv|nvidia|GL|EGL|GLES|GLX|OpenCL|dxcore|cudadebugger)[^/]*\.so[^/]*|(gbm|vdpau|xorg|firmware|wsl)(\/.*)?)$/;

const DRIVER_FILES = [
  DRIVER_LIBRARY,
  /^\/usr\/bin\/nvidia-[^/]+$/,
  /^\/dev(\/nvidia[^/]*|\/dri|\/dxg|\/nvmap|\/nvhost-[^/]+|\/nvidia-caps)(\/.*)?$/,
  /^\/(usr\/)?lib\/firmware\/nvidia(\/.*)?$/,
  /^\/run\/nvidia-(persistenced|fabricmanager)(\/socket)?$/,
  /^\/etc\/(nvidia|OpenCL\/vendors|vulkan|glvnd)(\/.*)?$/,
  /^\/usr\/share\/(nvidia|vulkan|glvnd|egl)(\/.*)?$/,
  /^\/usr\/share\/X11\/xorg\.conf\.d\/[^/]*nvidia[^/]*$/,
  /^\/etc\/ld\.so\.(cache|conf\.d(\/(nvcr|00-nvcr|nvidia)-?[^/]*\.conf)?)$/,
  /^\/proc\/driver(\/nvidia(\/.*)?)?$/,
];

/** What a hook writes itself. Everything else that it leaves is a mount point: an empty file, a folder, a link. */
const WRITTEN_BY_HOOKS = /^\/etc\/ld\.so\.(cache|conf\.d\/(nvcr|00-nvcr|nvidia)-?[^/]*\.conf)$/;

/** Whether an injection may have made the path, in a container that has a GPU. */
export function isGpuTrace(path: string): boolean {
  return DRIVER_FILES.some((pattern) => pattern.test(path));
}

/** Whether the path is a trace only as long as it is empty: somebody else may have made a file there. */
export const isEmptyTrace = (path: string): boolean =>
  isGpuTrace(path) && !WRITTEN_BY_HOOKS.test(path);
