/** Paths of the engine's API. */

/**
 * `/containers/REF` and the like. The slashes of an image's name stay: the engine's router reads
 * the whole rest as the name.
 */
export function pathOf(kind: 'containers' | 'images' | 'networks' | 'exec', ref: string): string {
  const parts = kind === 'images' ? ref.split('/') : [ref];
  return `/${kind}/${parts.map(encodeURIComponent).join('/')}`;
}
