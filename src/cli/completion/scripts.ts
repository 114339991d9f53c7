/**
 * What a shell has to be told once. Each script hands the words that were typed to `gpugraft complete` as they
 * are: none of them is evaluated, so that a TAB behind `$(…)` runs nothing. The libraries for this (tried:
 * tabtab, tab) put the line through `eval`.
 */
export type Shell = 'bash' | 'zsh' | 'fish';

/** Printed instead of candidates where the shell's own completion of files is what helps. */
export const FILES_WORD = ':files';

export const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# bash completion for gpugraft:  source <(gpugraft completion bash)
_gpugraft() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == ${FILES_WORD} ]]; then
      compopt -o default
      COMPREPLY=()
      return
    fi
    COMPREPLY+=("\${line%%$'\\t'*}")
  done < <(gpugraft complete bash -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _gpugraft gpugraft
`,
  zsh: `#compdef gpugraft
# zsh completion for gpugraft:  gpugraft completion zsh > "\${fpath[1]}/_gpugraft"
_gpugraft() {
  local -a lines values
  local line
  lines=("\${(@f)$(gpugraft complete zsh -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ $lines[1] == ${FILES_WORD} ]]; then
    _files
    return
  fi
  for line in $lines; do
    values+=("\${\${line//:/\\\\:}/$'\\t'/:}")
  done
  _describe -t values gpugraft values
}
if [[ $funcstack[1] == _gpugraft ]]; then
  _gpugraft "$@"
else
  compdef _gpugraft gpugraft
fi
`,
  fish: `# fish completion for gpugraft:  gpugraft completion fish > ~/.config/fish/completions/gpugraft.fish
function __gpugraft_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l found (gpugraft complete fish -- $words[2..-1] 2>/dev/null)
  if test "$found[1]" = ${FILES_WORD}
    __fish_complete_path (commandline -ct)
  else
    printf '%s\\n' $found
  end
end
complete -c gpugraft -f -a '(__gpugraft_complete)'
`,
};
