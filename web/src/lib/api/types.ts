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
/** Which image is used: chosen, not edited, so the last choice stands whatever other tabs changed meanwhile. */
export type LinkImage = { thumbnail_id: string | null };
export type ProfileImage = Pick<ProfileChange, 'avatar_id' | 'background_id' | 'favicon_id'>;
export type HandleState = Schemas['HandleState'];
export type Access = Schemas['Access'];
export type Session = Schemas['Session'];
export type Scope = Schemas['NewToken']['scopes'][number];
export type Token = Schemas['Token'];
export type Factors = Schemas['Factors'];
export type Passkey = Schemas['Passkey'];
export type AuditEntry = Schemas['AuditEntry'];
export type AuditGroup = AuditEntry['group'];
/** How somebody proves who they are: one of these. */
export interface Shown {
  password?: string;
  code?: string;
  recovery_code?: string;
  passkey?: Record<string, unknown>;
}
export type Counts = Pick<Schemas['Previous'], 'views' | 'visitors' | 'clicks'>;
export type BreakdownRow = Schemas['Row'];
export type DashboardNumbers = Schemas['Dashboard'];
export type WeeklyMail = Schemas['WeeklyMail'];
export type Annotation = Schemas['Annotation'];
export type LiveEvent = Schemas['LiveEvent'];
export type LiveNow = Pick<Schemas['Live'], 'visitors' | 'minutes'>;
export type SharedBy = Schemas['SharedBy'];
export type Vitals = Schemas['Vitals'];
export type VitalsMetric = Schemas['Metric'];
export type Heatmap = Schemas['Heatmap'];
export type HeatElement = Schemas['Element'];
export type ViewportClass = Schemas['ViewportClass'];
export type Sync = Schemas['Sync'];
export type SyncDetail = Schemas['SyncDetail'];
export type GithubOverview = Schemas['Overview'];
export type Person = Schemas['Person'];
export type Upload = Schemas['Upload'];
export type ImageVariant = Upload['variants'][number];
/** An image as pages show it: its sizes, and what stands there until it came. */
export type Picture = Pick<Upload, 'id' | 'colour' | 'blur' | 'variants'>;
export type Quota = Schemas['Quota'];
