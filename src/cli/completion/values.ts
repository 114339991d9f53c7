/** What can stand behind a flag, or in the place of an argument. */

/** Flags with few values, and the arguments that have them; a test holds them to what reads them. */
export const WORDS: Readonly<Record<string, readonly string[]>> = {
  mode: ['auto', 'cdi', 'gpus', 'nvidia-runtime', 'none'],
  devices: ['all'],
  ready: ['auto', 'running', 'health', 'command', 'openshell'],
  layer: ['carry', 'discard', 'refuse'],
  backup: ['auto', 'container', 'snapshot'],
  network: ['preserve', 'host'],
  'gpu-proof': ['auto', 'none'],
  format: ['mermaid', 'dot', 'svg'],
  shell: ['bash', 'zsh', 'fish'],
};

/** Flags whose value is a file or a folder: the shell knows those better. */
export const FILES: readonly string[] = ['state-dir', 'openshell-bin', 'export'];
