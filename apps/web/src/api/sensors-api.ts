import { HttpClient } from '@angular/common/http';
import { Service, inject } from '@angular/core';
import type { Change, Sensor, SensorSettings, SensorTraffic } from '@wirecase/contract';
import { firstValueFrom } from 'rxjs';
import { url } from './http.ts';

/** Without `host`: of the server's machine. */
type SensorRequest = Partial<SensorSettings & Pick<Sensor, 'host'>>;

/** Sensors and what they saw. */
@Service()
export class SensorsApi {
  private readonly http = inject(HttpClient);

  list(): Promise<Sensor[]> {
    return firstValueFrom(this.http.get<Sensor[]>(url('/sensors')));
  }

  /** Those of the server's machine. */
  interfaces(): Promise<string[]> {
    return firstValueFrom(this.http.get<string[]>(url('/sensors/interfaces')));
  }

  traffic(id: string, minutes: number): Promise<SensorTraffic> {
    return firstValueFrom(this.http.get<SensorTraffic>(url(`/sensors/${id}/traffic`), { params: { minutes } }));
  }

  create(settings: SensorRequest): Promise<Sensor> {
    return firstValueFrom(this.http.post<Sensor>(url('/sensors'), settings));
  }

  update(id: string, settings: Change<SensorRequest>): Promise<Sensor> {
    return firstValueFrom(this.http.put<Sensor>(url(`/sensors/${id}`), settings));
  }

  start(id: string, minutes: number | null): Promise<Sensor> {
    return firstValueFrom(this.http.post<Sensor>(url(`/sensors/${id}/start`), minutes === null ? {} : { minutes }));
  }

  stop(id: string): Promise<Sensor> {
    return firstValueFrom(this.http.post<Sensor>(url(`/sensors/${id}/stop`), {}));
  }

  delete(id: string): Promise<void> {
    return firstValueFrom(this.http.delete<void>(url(`/sensors/${id}`)));
  }
}
