-- depends: 0020_assets
-- Which uploads a page shows. A deleted upload stays named here until it is removed for good: so undoing shows it again.

ALTER TABLE profiles
    ADD COLUMN avatar_id uuid,
    ADD COLUMN background_id uuid,
    ADD COLUMN favicon_id uuid,
    ADD CONSTRAINT profiles_avatar FOREIGN KEY (account_id, avatar_id) REFERENCES asset_uploads (account_id, id),
    ADD CONSTRAINT profiles_background FOREIGN KEY (account_id, background_id) REFERENCES asset_uploads (account_id, id),
    ADD CONSTRAINT profiles_favicon FOREIGN KEY (account_id, favicon_id) REFERENCES asset_uploads (account_id, id);
ALTER TABLE links
    ADD COLUMN thumbnail_id uuid,
    ADD CONSTRAINT links_thumbnail FOREIGN KEY (account_id, thumbnail_id) REFERENCES asset_uploads (account_id, id);
CREATE INDEX links_thumbnail ON links (account_id, thumbnail_id) WHERE thumbnail_id IS NOT NULL;

-- Before an upload is removed for good, nothing may name it.
GRANT UPDATE (avatar_id, background_id, favicon_id) ON profiles TO nameplate_worker;
GRANT UPDATE (thumbnail_id) ON links TO nameplate_worker;
GRANT SELECT (avatar_id, background_id, favicon_id) ON profiles TO nameplate_visitor;
