/** How large a file is in a container's own file system. */
import { z } from 'zod';
import type { DockerPort } from '../../port.js';
import { parseAnswer } from '../answer.js';
import type { EngineClient } from '../client.js';
import { pathOf } from '../paths.js';

/** What stands in the header: Go's `FileMode`, whose high bits tell what is no regular file. */
const rawStat = z.looseObject({ size: z.number(), mode: z.number() });
const PATH_STAT = 'x-docker-container-path-stat';
/** Folder, link, device, pipe, socket, character device, irregular (Go's `ModeType`). */
const NOT_REGULAR = 0x8f28_0000;

export function fileBytes(client: EngineClient): Pick<DockerPort, 'fileBytes'> {
  return {
    async fileBytes(id, path, options = {}) {
      const asked = `${pathOf('containers', id)}/archive?${new URLSearchParams({ path }).toString()}`;
      const { status, headers } = await client.call({
        method: 'HEAD',
        readOnly: true,
        // It mounts the container's file system: not among the quick looks.
        lane: 'long',
        deadlineMs: client.deadlines.look,
        ...options,
        path: asked,
        accept: [404],
      });
      if (status === 404) return null;
      const stat = Buffer.from(String(headers[PATH_STAT] ?? ''), 'base64');
      const { size, mode } = parseAnswer(rawStat, stat, `HEAD ${asked}`);
      return (mode & NOT_REGULAR) === 0 ? size : null;
    },
  };
}
