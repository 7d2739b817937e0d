/** `wirecase`: analyses captures without a server, and drives one. */
import { type Command, commands } from './commands.ts';

function usage(): string {
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}`);
  return `Usage: wirecase COMMAND [ARGUMENTS]\n\nCommands:\n${lines.join('\n')}\n\nwirecase COMMAND --help says more.\n`;
}

/** Runs a command line; gives the exit code: 2 for wrong usage, otherwise as the command says. */
export async function run(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === 'help' || name === '--help') {
    (name === undefined ? process.stderr : process.stdout).write(usage());
    return name === undefined ? 2 : 0;
  }
  const command: Command | undefined = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    process.stderr.write(`wirecase: there is no command ${name}.\n\n${usage()}`);
    return 2;
  }
  try {
    return await (
      await command.load()
    )(rest);
  } catch (error) {
    // What parseArgs says of an option it does not know; anything else is a bug and shows its stack.
    if (!(error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))) throw error;
    process.stderr.write(`wirecase ${name}: ${error.message}\n`);
    return 2;
  }
}

if (import.meta.main) process.exitCode = await run(process.argv.slice(2));
