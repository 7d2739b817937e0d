import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { LoggerModule } from 'nestjs-pino';
import { Access } from './access/access.ts';
import { AccessGuard } from './access/access.guard.ts';
import { AuditLog } from './access/audit-log.ts';
import { AuditInterceptor } from './access/audited.ts';
import { LoginLimiter } from './access/login-limiter.ts';
import { SetupToken } from './access/setup-token.ts';
import { AlertsController } from './alerts/alerts.controller.ts';
import { Alerts } from './alerts/alerts.ts';
import { Evidence } from './alerts/evidence.ts';
import { CapturesController } from './captures/captures.controller.ts';
import { Captures } from './captures/captures.ts';
import { IngestHints } from './captures/ingest-hints.ts';
import { HoldsController } from './captures/holds.controller.ts';
import { ChannelsController } from './channels/channels.controller.ts';
import { DetectionController } from './detection/detection.controller.ts';
import { EventFeed } from './events/event-feed.ts';
import { EventsController } from './events/events.controller.ts';
import { FilesController } from './files/files.controller.ts';
import { Files } from './files/files.ts';
import { HostsController } from './hosts/hosts.controller.ts';
import { ProblemFilter } from './http/problem.filter.ts';
import { IncidentsController } from './incidents/incidents.controller.ts';
import { Incidents } from './incidents/incidents.ts';
import { KeyLogsController } from './key-logs/key-logs.controller.ts';
import { KeysController } from './keys/keys.controller.ts';
import { ListsController, MatchesController } from './lists/lists.controller.ts';
import { loggerParameters } from './logging.ts';
import { CredentialsController } from './credentials/credentials.controller.ts';
import { PacketsController } from './packets/packets.controller.ts';
import { Packets } from './packets/packets.ts';
import { QualityController } from './quality/quality.controller.ts';
import { Quality } from './quality/quality.ts';
import { FlowsController } from './search/flows.controller.ts';
import { LanguageController } from './search/language.controller.ts';
import { RecordsController } from './search/records.controller.ts';
import { SearchLimits } from './search/search-limits.ts';
import { SearchAnswers } from './search/search-answers.ts';
import { Scope } from './search/scope.ts';
import { Search } from './search/search.ts';
import { SensorsController } from './sensors/sensors.controller.ts';
import { FirstAdmin } from './session/first-admin.ts';
import { Logins } from './session/logins.ts';
import { SessionController } from './session/session.controller.ts';
import { Settings } from './settings.ts';
import { storeProviders } from './store.providers.ts';
import { HealthController } from './system/health.controller.ts';
import { Health } from './system/health.ts';
import { Metrics } from './system/metrics.ts';
import { OpenApiDocument } from './system/open-api-document.ts';
import { StreamsController } from './streams/streams.controller.ts';
import { Streams } from './streams/streams.ts';
import { SystemController } from './system/system.controller.ts';
import { FinishedUploads } from './uploads/finished-uploads.ts';
import { UploadsController } from './uploads/uploads.controller.ts';
import { Uploads } from './uploads/uploads.ts';
import { UsersController } from './users/users.controller.ts';
import { ZonesController } from './zones/zones.controller.ts';

/** Everything that every request passes: who is it, what did it do, how long did it take, what went wrong. */
const throughEveryRoute: Provider[] = [
  { provide: APP_GUARD, useClass: AccessGuard },
  { provide: APP_FILTER, useClass: ProblemFilter },
  { provide: APP_INTERCEPTOR, useExisting: Metrics },
  { provide: APP_INTERCEPTOR, useClass: AuditInterceptor },
];

/** The REST API, one folder per group of routes. */
@Module({})
export class AppModule {
  static for(settings: Settings): DynamicModule {
    return {
      module: AppModule,
      imports: [LoggerModule.forRoot(loggerParameters(settings.config.logLevel))],
      controllers: [
        SystemController,
        HealthController,
        SessionController,
        UsersController,
        KeysController,
        CapturesController,
        QualityController,
        HoldsController,
        KeyLogsController,
        UploadsController,
        FlowsController,
        RecordsController,
        HostsController,
        ZonesController,
        ListsController,
        MatchesController,
        AlertsController,
        IncidentsController,
        ChannelsController,
        DetectionController,
        CredentialsController,
        PacketsController,
        StreamsController,
        SensorsController,
        LanguageController,
        EventsController,
        FilesController,
      ],
      providers: [
        { provide: Settings, useValue: settings },
        { provide: LoginLimiter, useFactory: () => new LoginLimiter() },
        ...storeProviders,
        ...throughEveryRoute,
        Access,
        Alerts,
        AuditLog,
        Captures,
        EventFeed,
        Evidence,
        Files,
        FinishedUploads,
        FirstAdmin,
        Health,
        Incidents,
        IngestHints,
        Logins,
        Metrics,
        OpenApiDocument,
        Packets,
        Streams,
        Quality,
        Scope,
        Search,
        SearchAnswers,
        SearchLimits,
        SetupToken,
        Uploads,
      ],
    };
  }
}
