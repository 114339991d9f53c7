/** Legacy links (`--link`), which an inspect shows in another form than a create wants. */

/**
 * `/db:/me/database` (the linked container, and this one's name for it below its own name) as
 * `db:database`. A link that has the form of a request already stays as it is.
 */
export function linkRequest(link: string): string {
  const [container = '', alias = ''] = link.split(':');
  const name = container.replace(/^\//, '');
  const lastPart = alias.slice(alias.lastIndexOf('/') + 1);
  return lastPart === '' ? name : `${name}:${lastPart}`;
}

/** Sorted, since the engine lists links in a random order. */
export function linkRequests(links: readonly string[]): string[] {
  return links.map(linkRequest).toSorted();
}
