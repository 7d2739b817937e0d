import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { WirecaseError } from '@wirecase/contract';
import { loadConfig, waitForDatabase } from '@wirecase/store';
import { Logger } from 'nestjs-pino';
import { WorkerModule } from './worker.module.ts';

/** Exit code for a wrong configuration or a database that never answered; everything that goes away later is waited for. */
const EXIT_CONFIGURATION = 2;
/** A shutdown that waits longer waits for a server that is away. Nothing is lost by leaving: the captures are taken over. */
const SHUTDOWN_PATIENCE_MS = 5_000;

try {
  const config = loadConfig(process.env);
  await waitForDatabase(config.databaseUrl);
  const app = await NestFactory.createApplicationContext(WorkerModule.for(config), { bufferLogs: true, abortOnError: false });
  app.useLogger(app.get(Logger));
  app.enableShutdownHooks();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => setTimeout(() => process.exit(1), SHUTDOWN_PATIENCE_MS).unref());
} catch (error) {
  if (error instanceof WirecaseError) {
    console.error(`wirecase worker: ${error.title}: ${error.message}`);
    process.exit(EXIT_CONFIGURATION);
  }
  throw error;
}
