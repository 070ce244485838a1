// What a container gets to see: addresses of other parts replaced by the gates of its own task, placeholders of commands filled in.

/** A name that others know and the address where this task finds it. */
export interface Alias {
  readonly host: string;
  readonly address: string;
}

/** Replaces host names where they stand alone: in a URL, in a list, as a whole value. */
export function replaceHosts(value: string, aliases: readonly Alias[]): string {
  return aliases.reduce((text, { host, address }) => {
    const pattern = new RegExp(`(?<![\\w.-])${host.replace(/[.]/g, '\\.')}(?![\\w-]|\\.[\\w-])`, 'gi');
    return text.replace(pattern, () => address);
  }, value);
}

/** The words of a command with `{NAME}` replaced; names that are not known, JSON and the shell's `${NAME}` stay. */
export function fillIn(words: readonly string[], values: { readonly [name: string]: string }): string[] {
  return words.map((word) => word.replace(/(?<!\$)\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole));
}

/** A command that is meant for inside the container: its loopback address is the task's address. */
export function atTaskAddress(words: readonly string[], address: string): string[] {
  return words.map((word) => replaceHosts(word, [{ host: 'localhost', address }, { host: '127.0.0.1', address }]));
}

/** The command of a container health check, as `spawn` takes it. */
export function healthCommand(command: readonly string[]): string[] {
  const [kind, ...rest] = command;
  if (kind === 'CMD-SHELL') return ['/bin/sh', '-c', rest.join(' ')];
  if (kind === 'CMD') return rest;
  return ['/bin/sh', '-c', command.join(' ')];
}
