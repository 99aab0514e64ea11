// The shapes the dashboard works with, by the names it uses for them. They come from the server's own description.
import type { components } from './schema';

type Schemas = components['schemas'];

export type Config = Schemas['Config'];
export type Account = Schemas['Account'];
export type PendingSignUp = Schemas['PendingSignUp'];
export type Profile = Schemas['Profile'];
export type ProfileChange = Schemas['ProfileChange'];
export type Link = Schemas['Link'];
export type LinkKind = Link['kind'];
export type LinkFields = Pick<Link, 'title' | 'url' | 'slug' | 'kind' | 'icon' | 'visible' | 'pinned'>;
export type HandleState = Schemas['HandleState'];
export type Session = Schemas['Session'];
export type Scope = Schemas['NewToken']['scopes'][number];
export type Token = Schemas['Token'];
export type Counts = Pick<Schemas['Previous'], 'views' | 'visitors' | 'clicks'>;
export type BreakdownRow = Schemas['Row'];
export type DashboardNumbers = Schemas['Dashboard'];
export type Vitals = Schemas['Vitals'];
export type VitalsMetric = Schemas['Metric'];
export type VitalsDevice = Schemas['Device'];
export type Heatmap = Schemas['Heatmap'];
export type HeatElement = Schemas['Element'];
export type ViewportClass = Schemas['ViewportClass'];
export type Sync = Schemas['Sync'];
export type SyncDetail = Schemas['SyncDetail'];
export type GithubOverview = Schemas['Overview'];
export type Person = Schemas['Person'];
