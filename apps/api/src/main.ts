import 'reflect-metadata';
import type { INestApplication } from '@nestjs/common';
import { WirecaseError } from '@wirecase/contract';
import { loadConfig } from '@wirecase/store';
import { startApi } from './start.ts';

/** Exit codes: 2 wrong configuration or unreachable database, 3 the port is taken, 1 anything else. */
const EXIT_CONFIGURATION = 2;
const EXIT_PORT_TAKEN = 3;

try {
  const config = loadConfig(process.env);
  const app = await startApi(config);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end(app));
} catch (error) {
  const { code, port, address } = error as NodeJS.ErrnoException & { port?: number; address?: string };
  if (code === 'EADDRINUSE') fail(EXIT_PORT_TAKEN, `Port ${port} on ${address} is taken by another program. Choose another with --port.`);
  if (code === 'EADDRNOTAVAIL') fail(EXIT_CONFIGURATION, `This machine has no address ${address}. Choose another with --host.`);
  if (code === 'EACCES' && port !== undefined) fail(EXIT_CONFIGURATION, `Port ${port} needs root. Choose one above 1023 with --port.`);
  if (error instanceof WirecaseError) fail(EXIT_CONFIGURATION, `${error.title}: ${error.message}`);
  console.error(error);
  process.exit(1);
}

/** Let every part end what it has open, then go. */
async function end(app: INestApplication): Promise<void> {
  await app.close();
  process.exit(0);
}

function fail(exitCode: number, line: string): never {
  console.error(`wirecase api: ${line}`);
  process.exit(exitCode);
}
