import { RequestMethod, type INestApplication } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { ModulesContainer } from '@nestjs/core';
import type { Permission } from '@wirecase/contract';
import { permitKey } from './permit.ts';

export interface Route {
  /** `GET flows/:id`, without the prefix. */
  name: string;
  permission: Permission | undefined;
}

/** Every route of every controller, as declared. */
function routesOf(app: INestApplication): Route[] {
  const routes: Route[] = [];
  for (const module of app.get(ModulesContainer).values()) {
    for (const { metatype } of module.controllers.values()) {
      if (metatype) routes.push(...routesOfController(metatype));
    }
  }
  return routes;
}

/** Refuses to start with a route that does not say what it needs (RELIABILITY 7.6). */
export function requirePermissions(app: INestApplication): void {
  const open = routesOf(app).filter((route) => route.permission === undefined);
  if (open.length > 0) throw new Error(`Routes without @Permit: ${open.map((route) => route.name).join(', ')}`);
}

/** The routes of one controller class. */
export function routesOfController(controller: Function): Route[] {
  const prefix = String(Reflect.getMetadata(PATH_METADATA, controller) ?? '');
  const prototype = controller.prototype as Record<string, unknown>;
  const methods = Object.getOwnPropertyNames(prototype).filter((key) => key !== 'constructor');
  return methods.flatMap((key) => {
    const handler = Object.getOwnPropertyDescriptor(prototype, key)?.value as object | undefined;
    if (typeof handler !== 'function' || !Reflect.hasMetadata(PATH_METADATA, handler)) return [];
    const path: unknown = Reflect.getMetadata(PATH_METADATA, handler);
    const method = RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod];
    const permission = Reflect.getMetadata(permitKey, handler) as Permission | undefined;
    return [path].flat().map((each) => ({ name: `${method} ${join(prefix, String(each))}`, permission }));
  });
}

function join(prefix: string, path: string): string {
  return [prefix, path]
    .map((part) => part.replace(/^\/|\/$/g, ''))
    .filter(Boolean)
    .join('/');
}
