/** The files of the repository that are made from the machine's definition. */
import { machineReadme } from './readme.js';
import { diagramSvg } from './picture/svg.js';

/** Path from the repository's root, and text. */
export const generatedFiles = async (): Promise<readonly (readonly [string, string])[]> => [
  ['machines/README.md', machineReadme()],
  ['machines/graft.svg', `${(await diagramSvg()).trimEnd()}\n`],
];
