import 'reflect-metadata';
import { Controller, Get, Module, Post } from '@nestjs/common';
import { NestFactory, Reflector } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { permissions } from '@wirecase/contract';
import { loadConfig } from '@wirecase/store';
import { expect, test } from 'vitest';
import { AccessGuard } from '../access/access.guard.ts';
import { AppModule } from '../app.module.ts';
import { Settings } from '../settings.ts';
import { Permit } from './permit.ts';
import { requirePermissions, routesOfController } from './routes.ts';

@Controller('things')
class HalfOpenController {
  @Get()
  @Permit('admin')
  closed(): void {}

  @Post(':id/forgotten')
  forgotten(): void {}
}

@Module({ controllers: [HalfOpenController] })
class HalfOpenModule {}

test('every route of the API declares its permission', () => {
  const config = loadConfig({ DATABASE_URL: 'postgres://localhost/none', REDIS_URL: 'redis://localhost' });
  const { controllers } = AppModule.for(new Settings(config, '0', '/nowhere', '/nowhere'));
  const routes = controllers!.flatMap(routesOfController);
  expect(routes.length).toBeGreaterThan(40);
  expect(routes.filter(({ permission }) => !permissions.includes(permission!))).toEqual([]);
});

test('the application does not start with a route that declares none, and names it', async () => {
  const app = await NestFactory.create(HalfOpenModule, { logger: false, abortOnError: false });
  expect(() => requirePermissions(app)).toThrow('Routes without @Permit: POST things/:id/forgotten');
  await app.close();
});

test('the guard lets nobody through to a route that declares none', async () => {
  const neverAsked = null as never;
  const guard = new AccessGuard(new Reflector(), neverAsked, neverAsked);
  const context = new ExecutionContextHost([{}, {}], HalfOpenController, HalfOpenController.prototype.forgotten);
  expect(await guard.canActivate(context)).toBe(false);
});
