/** The `nuvola` command. */
import { InvalidArgumentError } from 'commander';
import { CliError } from './cli-error';
import { program } from './program';
import { note } from './terminal';

// `nuvola logs | head` ends the reader first: nothing is left to say to it.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

program()
  .parseAsync()
  .catch((error: unknown) => {
    if (!(error instanceof CliError || error instanceof InvalidArgumentError)) throw error;
    note(`nuvola: ${error.message}`);
    process.exitCode = error.exitCode;
  });
