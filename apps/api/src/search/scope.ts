import { Injectable } from '@nestjs/common';
import { Sensors } from '@wirecase/store';
import { Captures } from '../captures/captures.ts';

/** The capture and the sensor that a search is narrowed to: an unknown one is an error, and not a search that finds nothing. */
@Injectable()
export class Scope {
  constructor(
    private readonly captures: Captures,
    private readonly sensors: Sensors,
  ) {}

  /** What the answer must say of them. Throws `capture.not-found`, `sensor.not-found`. */
  async warnings({ capture, sensor }: { capture?: string; sensor?: string }): Promise<string[]> {
    if (sensor !== undefined) await this.sensors.get(sensor);
    return this.captures.notYet(capture === undefined ? [] : [capture]);
  }
}
