import { hostname } from 'node:os';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { WirecaseError, type Sensor, type SensorTraffic } from '@wirecase/contract';
import { captureInterfaces, checkFilter, Sensors } from '@wirecase/store';
import type { Request } from 'express';
import type { z } from 'zod';
import { Audited } from '../access/audited.ts';
import { Answers, AnswersNothing, Fails } from '../http/answers.ts';
import { Permit } from '../http/permit.ts';
import { idParameter, sensorChange, sensorRequest, startSensorRequest, trafficQuery } from '../schemas/requests.ts';
import { interfaces, sensor, sensors, sensorTraffic } from '../schemas/responses.ts';

type SensorRequest = z.output<typeof sensorRequest>;

/** The rotator of the sensor's machine follows what is set here within a second. */
@ApiTags('Sensors')
@Controller('sensors')
export class SensorsController {
  constructor(private readonly sensors: Sensors) {}

  @Get()
  @Permit('read:captures')
  @Answers('Every sensor, oldest first', sensors)
  list(): Promise<Sensor[]> {
    return this.sensors.list();
  }

  @Get('interfaces')
  @Permit('admin')
  @Answers('Interfaces of this machine that can be captured from', interfaces)
  @Fails('capture-tool.failed')
  interfaces(): Promise<string[]> {
    return captureInterfaces();
  }

  @Get(':id')
  @Permit('read:captures')
  @Answers('A sensor, how it is, and its last second', sensor)
  @Fails('sensor.not-found')
  get(@Param('id', { schema: idParameter }) id: string): Promise<Sensor> {
    return this.sensors.get(id);
  }

  @Get(':id/traffic')
  @Permit('read:flows')
  @Answers('Its last minutes: traffic by the minute, gaps, events, hosts and protocols of the flows that ended', sensorTraffic)
  @Fails('sensor.not-found')
  traffic(
    @Param('id', { schema: idParameter }) id: string,
    @Query({ schema: trafficQuery }) { minutes }: z.output<typeof trafficQuery>,
  ): Promise<SensorTraffic> {
    const now = Date.now();
    return this.sensors.traffic(id, new Date(now - minutes * 60_000), new Date(now + 60_000));
  }

  @Post()
  @Permit('admin')
  @Audited('sensor.create')
  @Answers('Make a sensor of an interface of this machine, or of `host`; it captures at once', sensor, { status: 201 })
  @Fails('sensor.exists', 'sensor.bad-filter', 'capture-tool.failed')
  async create(@Body({ schema: sensorRequest }) body: SensorRequest, @Req() request: Request): Promise<Sensor> {
    request.auditObject = described(body);
    const { host = hostname() } = body;
    await checkHere(body, host);
    return this.sensors.create(body, host, request.principal!.name);
  }

  @Put(':id')
  @Permit('admin')
  @Audited('sensor.update')
  @Answers('Set a sensor anew; it starts again when that changes how it captures', sensor)
  @Fails('sensor.not-found', 'sensor.exists', 'sensor.changed', 'sensor.bad-filter', 'capture-tool.failed', 'request.invalid')
  async update(
    @Param('id', { schema: idParameter }) id: string,
    @Body({ schema: sensorChange }) body: z.output<typeof sensorChange>,
    @Req() request: Request,
  ): Promise<Sensor> {
    request.auditObject = `${id} ${described(body)}`;
    const { host } = await this.requireOurs(id);
    if (body.host !== undefined && body.host !== host)
      throw new WirecaseError('request.invalid', `The sensor is one of ${host}; make another one.`);
    await checkHere(body, host);
    return this.sensors.update(id, body, request.principal!.name);
  }

  @Post(':id/start')
  @Permit('admin')
  @HttpCode(200)
  @Audited('sensor.start')
  @Answers('Let it capture, for so many minutes if that is given', sensor)
  @Fails('sensor.not-found')
  start(
    @Param('id', { schema: idParameter }) id: string,
    @Body({ schema: startSensorRequest }) { minutes }: z.output<typeof startSensorRequest>,
    @Req() request: Request,
  ): Promise<Sensor> {
    request.auditObject = `${id}${minutes === undefined ? '' : ` for ${minutes} min`}`;
    return this.sensors.enable(id, true, minutes === undefined ? null : new Date(Date.now() + minutes * 60_000));
  }

  @Post(':id/stop')
  @Permit('admin')
  @HttpCode(200)
  @Audited('sensor.stop')
  @Answers('Let it end: its last file is closed and ingested', sensor)
  @Fails('sensor.not-found')
  stop(@Param('id', { schema: idParameter }) id: string, @Req() request: Request): Promise<Sensor> {
    request.auditObject = id;
    return this.sensors.enable(id, false, null);
  }

  @Delete(':id')
  @Permit('admin')
  @HttpCode(204)
  @Audited('sensor.delete')
  @AnswersNothing('Remove a sensor that is stopped; its captures stay')
  @Fails('sensor.not-found', 'request.invalid')
  async delete(@Param('id', { schema: idParameter }) id: string, @Req() request: Request): Promise<void> {
    request.auditObject = id;
    const { isEnabled } = await this.requireOurs(id);
    if (isEnabled) throw new WirecaseError('request.invalid', 'Stop the sensor first.');
    await this.sensors.delete(id);
  }

  private async requireOurs(id: string): Promise<Sensor> {
    const found = await this.sensors.get(id);
    if (found.isConfigured)
      throw new WirecaseError(
        'request.invalid',
        `${found.name} is set by WIRECASE_CAPTURE_INTERFACE: change it there, or make another one.`,
      );
    return found;
  }
}

/** Interface and filter are tried where the interface is; another machine says in the sensor's state what is wrong with them. */
async function checkHere({ filter, interface: captured }: SensorRequest, host: string): Promise<void> {
  if (host === hostname()) await checkFilter(filter, captured);
}

function described({ name, interface: captured, filter }: SensorRequest): string {
  return `${name} interface=${captured} filter=${filter ?? ''}`;
}
