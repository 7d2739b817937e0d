import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { WirecaseError } from '@wirecase/contract';
import { loadConfig, waitForDatabase } from '@wirecase/store';
import { Logger } from 'nestjs-pino';
import { RotatorModule } from './rotator.module.ts';

/** Exit code for a wrong configuration or a database that never answered; everything that goes away later is waited for. */
const EXIT_CONFIGURATION = 2;
/** The last ring file is hashed and linked in this time, or adopted at the next start. */
const SHUTDOWN_PATIENCE_MS = 10_000;

try {
  const config = loadConfig(process.env);
  await waitForDatabase(config.databaseUrl);
  const app = await NestFactory.createApplicationContext(RotatorModule.for(config), { bufferLogs: true, abortOnError: false });
  app.useLogger(app.get(Logger));
  app.enableShutdownHooks();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => setTimeout(() => process.exit(1), SHUTDOWN_PATIENCE_MS).unref());
} catch (error) {
  if (error instanceof WirecaseError) {
    console.error(`wirecase capture-rotator: ${error.title}: ${error.message}`);
    process.exit(EXIT_CONFIGURATION);
  }
  throw error;
}
