import { HttpClient } from '@angular/common/http';
import { Service, inject } from '@angular/core';
import type {
  Change,
  Channel,
  ChannelRequest,
  ClassifierCard,
  CreateSuppressionRequest,
  Delivery,
  DetectionSettings,
  DetectorInfo,
  StoredDetectionSettings,
  Suppression,
} from '@wirecase/contract';
import { firstValueFrom } from 'rxjs';
import { url } from './http.ts';

/** What operators say of detection and of who is told. */
@Service()
export class DetectionApi {
  private readonly http = inject(HttpClient);

  detectors(): Promise<DetectorInfo[]> {
    return firstValueFrom(this.http.get<DetectorInfo[]>(url('/detectors')));
  }

  classifierCard(): Promise<ClassifierCard> {
    return firstValueFrom(this.http.get<ClassifierCard>(url('/detectors/traffic-classifier/card')));
  }

  settings(): Promise<StoredDetectionSettings> {
    return firstValueFrom(this.http.get<StoredDetectionSettings>(url('/detection/settings')));
  }

  change(settings: DetectionSettings): Promise<StoredDetectionSettings> {
    return firstValueFrom(this.http.put<StoredDetectionSettings>(url('/detection/settings'), settings));
  }

  suppressions(): Promise<Suppression[]> {
    return firstValueFrom(this.http.get<Suppression[]>(url('/suppressions')));
  }

  suppress(request: CreateSuppressionRequest): Promise<Suppression> {
    return firstValueFrom(this.http.post<Suppression>(url('/suppressions'), request));
  }

  endSuppression(id: string): Promise<void> {
    return firstValueFrom(this.http.delete<void>(url(`/suppressions/${id}`)));
  }

  channels(): Promise<Channel[]> {
    return firstValueFrom(this.http.get<Channel[]>(url('/channels')));
  }

  createChannel(request: ChannelRequest): Promise<Channel> {
    return firstValueFrom(this.http.post<Channel>(url('/channels'), request));
  }

  changeChannel(id: string, request: Change<ChannelRequest>): Promise<Channel> {
    return firstValueFrom(this.http.put<Channel>(url(`/channels/${id}`), request));
  }

  deleteChannel(id: string): Promise<void> {
    return firstValueFrom(this.http.delete<void>(url(`/channels/${id}`)));
  }

  testChannel(id: string): Promise<Delivery> {
    return firstValueFrom(this.http.post<Delivery>(url(`/channels/${id}/test`), {}));
  }

  deliveries(id: string): Promise<Delivery[]> {
    return firstValueFrom(this.http.get<Delivery[]>(url(`/channels/${id}/deliveries`)));
  }
}
