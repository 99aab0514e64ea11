// Made by `npm run api` from openapi.json. Do not edit.

export interface paths {
    "/api/v1/config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What this installation offers */
        get: operations["getConfig"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign up
         * @description Makes the account with its page and logs in. Does not tell whether the e-mail address is registered.
         */
        post: operations["createAccount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Your account */
        get: operations["getAccount"];
        put?: never;
        post?: never;
        /**
         * Delete the account and everything of it
         * @description The page is gone and every device logged out at once; all rows are removed within minutes.
         */
        delete: operations["deleteAccount"];
        options?: never;
        head?: never;
        /**
         * Change e-mail address or password
         * @description A new address has to be confirmed by mail. A new password logs every other device out.
         */
        patch: operations["updateAccount"];
        trace?: never;
    };
    "/api/v1/account/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Everything this server holds of you, as a zip
         * @description A JSON file for each table, deleted links and raw events too, and your pictures.
         */
        get: operations["exportAccount"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/github": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Log-in with GitHub no longer opens it */
        delete: operations["unlinkGithub"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/access": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everything that opens your account */
        get: operations["getAccess"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is logged in */
        get: operations["getSessions"];
        put?: never;
        /**
         * Log in
         * @description Answers with the session's cookie, or with 202 where a second step is asked for. 401 does not tell whether the
         *     account exists.
         */
        post: operations["logIn"];
        /** Log every other device out */
        delete: operations["endOtherSessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/current": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Log out
         * @description Works without a session as well, so that an old cookie is cleared.
         */
        delete: operations["logOut"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Log another device out */
        delete: operations["endSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/passkeys/challenge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What a passkey has to answer, for a log-in or a proof
         * @description Works without a login name: the passkey tells whose it is. Good for five minutes, and for one answer.
         */
        post: operations["askPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/passkey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log in with a passkey
         * @description No second step follows: a passkey asks for a finger, a face or a PIN itself. 422 when it does not fit.
         */
        post: operations["logInWithPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/second-factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What can be the second step of the log-in that was begun
         * @description 401 when this browser has begun none lately.
         */
        get: operations["getSecondFactor"];
        put?: never;
        /**
         * The second step of a log-in
         * @description Answers with the session's cookie. 422 for a code that does not fit; after five of them, 401: begin again.
         */
        post: operations["giveSecondFactor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/current/proof": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether dangerous acts need a new proof */
        get: operations["getProof"];
        put?: never;
        /**
         * Prove again that it is you
         * @description For ten minutes then, this session may do what is dangerous. Recovery codes are for log-ins only.
         */
        post: operations["giveProof"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/factors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Your second factors */
        get: operations["getFactors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/factors/totp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin with an authenticator app
         * @description Nothing is asked for at log-in until a first code is confirmed.
         */
        post: operations["offerTotp"];
        /** Remove the authenticator app */
        delete: operations["removeTotp"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/factors/totp/confirmation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm the authenticator app with a code
         * @description From now on a log-in asks for a code. Answers with recovery codes when there were none.
         */
        post: operations["confirmTotp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/recovery-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** New recovery codes in place of the old */
        post: operations["renewRecoveryCodes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/passkeys/registration": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to add a passkey
         * @description What the browser's `navigator.credentials.create()` wants.
         */
        post: operations["offerPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/passkeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add a passkey
         * @description From now on it can log in on its own, and is asked for where only a password is given.
         */
        post: operations["addPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/passkeys/{passkey_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove a passkey */
        delete: operations["removePasskey"];
        options?: never;
        head?: never;
        /** Rename a passkey */
        patch: operations["renamePasskey"];
        trace?: never;
    };
    "/api/v1/account/verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send the mail that confirms your address again */
        post: operations["sendVerification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/verifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm the address a mail was sent to
         * @description Works once, on any device, logged in or not. 410 when the link no longer works.
         */
        post: operations["verifyEmail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/password-resets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Choose a new password
         * @description Ends every session. 410 when the link no longer works. A second factor is still asked for at the next log-in.
         */
        put: operations["resetPassword"];
        /**
         * Ask for a mail with which to choose a new password
         * @description 202 whether or not anybody has the address.
         */
        post: operations["askForPasswordReset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/oauth/github/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Go to GitHub to log in, to sign up, or to link the account that is logged in
         * @description `lend`: the account that is logged in also lends the access token that GitHub gives, for its own projects.
         */
        get: operations["startGithubLogin"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/oauth/github/callback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where GitHub sends the browser back
         * @description Always answers with a redirect: to the dashboard, to sign-up, or back with `?github=` and what went wrong.
         */
        get: operations["finishGithubLogin"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/oauth/github/pending": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is about to sign up with GitHub */
        get: operations["getPendingGithubSignUp"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Your API tokens */
        get: operations["getTokens"];
        put?: never;
        /** Make an API token */
        post: operations["createToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens/{token_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke an API token */
        delete: operations["revokeToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/shares": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Your links to the statistics */
        get: operations["getShares"];
        put?: never;
        /**
         * Make a link under which anyone reads your statistics
         * @description It opens sums of any range under any filter, and annotations. It opens neither single events nor what happens
         *     just now, and names no link that your page does not show.
         */
        post: operations["createShare"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/shares/{share_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke a link to the statistics */
        delete: operations["revokeShare"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/shared": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whose statistics a link opens
         * @description Send what stands after the # of the link as `Authorization: Bearer nps_...`.
         */
        get: operations["getShared"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit-log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happened to your account
         * @description Log-ins, changes of what logs in, tokens, exports. Nobody can change an entry, you neither.
         */
        get: operations["getAuditLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit-log.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happened to your account, as CSV
         * @description All of the range, the newest first.
         */
        get: operations["exportAuditLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/handles/{handle}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether a handle is free */
        get: operations["getHandle"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/profile": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Your profile */
        get: operations["getProfile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change your profile */
        patch: operations["updateProfile"];
        trace?: never;
    };
    "/api/v1/links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Your links */
        get: operations["getLinks"];
        put?: never;
        /** Add a link */
        post: operations["createLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/links/{link_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One link */
        get: operations["getLink"];
        put?: never;
        post?: never;
        /**
         * Delete a link
         * @description Its history stays; `POST /links/{id}/restore` brings it back.
         */
        delete: operations["deleteLink"];
        options?: never;
        head?: never;
        /** Change a link */
        patch: operations["updateLink"];
        trace?: never;
    };
    "/api/v1/links/{link_id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Undo a delete
         * @description Its slug is kept, unless another link took it in the meantime.
         */
        post: operations["restoreLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/links/order": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Put the links in order */
        put: operations["orderLinks"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/assets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Your pictures
         * @description Also those that were rejected during the last week, with the reason.
         */
        get: operations["getAssets"];
        put?: never;
        /**
         * Upload a picture
         * @description A form (`multipart/form-data`) with `purpose` and then `file`: JPEG, PNG, WebP, GIF or AVIF, whatever its name
         *     says. It is made anew in every size that is needed, without what else the file holds (place, camera, comments).
         *
         *     201: stored. 202: accepted and shown; the object storage is away and gets it later. 200: the same content was
         *     kept already.
         */
        post: operations["uploadAsset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/assets/{upload_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One picture */
        get: operations["getAsset"];
        put?: never;
        post?: never;
        /**
         * Delete a picture
         * @description Pages no longer show it; for a week `POST /assets/{id}/restore` brings it back, then it is removed.
         */
        delete: operations["deleteAsset"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/assets/{upload_id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Undo a delete
         * @description It is shown again where it was.
         */
        post: operations["restoreAsset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/github": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Your projects on GitHub */
        get: operations["getGithub"];
        /**
         * How often projects are looked at
         * @description For each project link that has no interval of its own.
         */
        put: operations["updateGithub"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/github/people/{login}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What your page could begin with
         * @description Name, bio, picture, website, other accounts and best projects of somebody on GitHub. Nothing is stored or
         *     published: what is wanted of it goes the usual ways, the picture by `POST /assets`.
         */
        get: operations["getGithubPerson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/links/{link_id}/sync": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How it stands with a project */
        get: operations["getSync"];
        /**
         * Change a project's interval
         * @description Or pause it: what is known stays on the page, and GitHub is not asked for you.
         */
        put: operations["updateSync"];
        /**
         * Look at a project now
         * @description As soon as GitHub may be asked, which is usually a second or two. Once a minute for each link.
         */
        post: operations["syncNow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/github/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Lend a GitHub token
         * @description It asks for your own projects and nobody else's, when this server's own limits are used up. GitHub is asked
         *     whose it is; it is kept encrypted.
         */
        put: operations["lendGithubToken"];
        post?: never;
        /**
         * Take your GitHub token back
         * @description It is forgotten here. On GitHub it goes on to exist until you revoke it there.
         */
        delete: operations["removeGithubToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Views, visitors and clicks of a range, and of the one before */
        get: operations["getAnalyticsSummary"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/timeseries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Views, visitors and clicks over time */
        get: operations["getAnalyticsTimeseries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/breakdown/{dimension}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The most frequent values of one dimension */
        get: operations["getAnalyticsBreakdown"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/dashboard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All that one screen needs */
        get: operations["getAnalyticsDashboard"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/heatmap": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where people tap, by size of screen
         * @description With filters: all taps of the visitors who are meant, exactly; `link` means those who clicked it that day,
         *     whatever else they tapped. Refused while very many events of the range are not added up yet.
         */
        get: operations["getAnalyticsHeatmap"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/vitals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How fast the page is for its visitors
         * @description `device` narrows `metrics` and `rows`; `devices` has all of them. Refused with other filters while very many
         *     events of the range are not added up yet.
         */
        get: operations["getAnalyticsVitals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is on the page now */
        get: operations["getAnalyticsLive"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/live/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The same as server-sent events
         * @description `now`: visitors and minutes, as in `GET /analytics/live`, at first and whenever they change. `events`: rows as
         *     in its `events`, within about a second; an event may come twice after an interruption, and then has the same `id`.
         *     `degraded`: the database is away; a `now` says that it is back. At most 4 streams of an account at a time. It ends
         *     when the session or token does.
         */
        get: operations["streamAnalyticsLive"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/annotations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What happened on the days of a range */
        get: operations["getAnnotations"];
        put?: never;
        /**
         * Write down what happened on a day
         * @description Whoever has a link to the statistics reads it too.
         */
        post: operations["addAnnotation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/annotations/{annotation_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete an annotation */
        delete: operations["deleteAnnotation"];
        options?: never;
        head?: never;
        /** Change an annotation */
        patch: operations["changeAnnotation"];
        trace?: never;
    };
    "/api/v1/analytics/events.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The raw events of a range
         * @description Those the other numbers are counted from, under the same filters. `visitor` is a number that is the same for
         *     the same visitor of a day, in this file only. Texts that a spreadsheet would take for a formula begin with an
         *     apostrophe. At most 2 downloads at a time, and 60 in an hour if the operator did not choose otherwise.
         */
        get: operations["exportAnalyticsEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/events.parquet": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The raw events of a range as Parquet
         * @description The columns of the CSV in types of their own, null for what is not known and, without a link, for a tap on the
         *     background. Texts are as they are. At most 2 downloads at a time, of either kind.
         */
        get: operations["exportAnalyticsEventsParquet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/breakdown/country.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every country as CSV */
        get: operations["exportAnalyticsBreakdownCountry"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/breakdown/country.parquet": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every country as Parquet */
        get: operations["exportAnalyticsBreakdownCountryParquet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/breakdown/region.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every region as CSV */
        get: operations["exportAnalyticsBreakdownRegion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/breakdown/region.parquet": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every region as Parquet */
        get: operations["exportAnalyticsBreakdownRegionParquet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/breakdown/city.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every city as CSV */
        get: operations["exportAnalyticsBreakdownCity"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/breakdown/city.parquet": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every city as Parquet */
        get: operations["exportAnalyticsBreakdownCityParquet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/breakdown/device.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every device as CSV */
        get: operations["exportAnalyticsBreakdownDevice"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/breakdown/device.parquet": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every device as Parquet */
        get: operations["exportAnalyticsBreakdownDeviceParquet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/breakdown/browser.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every browser as CSV */
        get: operations["exportAnalyticsBreakdownBrowser"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/breakdown/browser.parquet": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every browser as Parquet */
        get: operations["exportAnalyticsBreakdownBrowserParquet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/breakdown/os.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every os as CSV */
        get: operations["exportAnalyticsBreakdownOs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/breakdown/os.parquet": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every os as Parquet */
        get: operations["exportAnalyticsBreakdownOsParquet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/breakdown/language.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every language as CSV */
        get: operations["exportAnalyticsBreakdownLanguage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/breakdown/language.parquet": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every language as Parquet */
        get: operations["exportAnalyticsBreakdownLanguageParquet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/breakdown/referrer.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every referrer as CSV */
        get: operations["exportAnalyticsBreakdownReferrer"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/breakdown/referrer.parquet": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every referrer as Parquet */
        get: operations["exportAnalyticsBreakdownReferrerParquet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/breakdown/utm_source.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every utm_source as CSV */
        get: operations["exportAnalyticsBreakdownUtmSource"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/breakdown/utm_source.parquet": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every utm_source as Parquet */
        get: operations["exportAnalyticsBreakdownUtmSourceParquet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/breakdown/utm_medium.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every utm_medium as CSV */
        get: operations["exportAnalyticsBreakdownUtmMedium"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/breakdown/utm_medium.parquet": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every utm_medium as Parquet */
        get: operations["exportAnalyticsBreakdownUtmMediumParquet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/breakdown/utm_campaign.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every utm_campaign as CSV */
        get: operations["exportAnalyticsBreakdownUtmCampaign"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/breakdown/utm_campaign.parquet": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every utm_campaign as Parquet */
        get: operations["exportAnalyticsBreakdownUtmCampaignParquet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/breakdown/link.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every link as CSV */
        get: operations["exportAnalyticsBreakdownLink"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/breakdown/link.parquet": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every link as Parquet */
        get: operations["exportAnalyticsBreakdownLinkParquet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/breakdown/bot.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every bot as CSV */
        get: operations["exportAnalyticsBreakdownBot"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/breakdown/bot.parquet": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every bot as Parquet */
        get: operations["exportAnalyticsBreakdownBotParquet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Your use of the API
         * @description Requests of the dashboard and of tokens, for as long as they are kept: 30 days.
         */
        get: operations["getUsage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/weekly-mail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the numbers of the week come by mail */
        get: operations["getWeeklyMail"];
        /**
         * Switch the weekly mail on or off
         * @description Mondays at eight in the profile's time zone, to the confirmed address. Weeks without visits have no mail, but
         *     for the first of them.
         */
        put: operations["setWeeklyMail"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/weekly-mail/off/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Switch the weekly mail off from the mail itself
         * @description One click without log-in (RFC 8058), whatever the body. Works any number of times; 404 for a token that is not
         *     one of ours.
         */
        post: operations["unsubscribeWeeklyMail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is away just now
         * @description How it stands with the database, the cache, object storage, GitHub and the mail server. Costs nothing: it was
         *     found out before you ask, at most some seconds ago. What nobody has asked yet is not told.
         */
        get: operations["getStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** Access */
        Access: {
            sessions: components["schemas"]["Session"][];
            factors: components["schemas"]["Factors"];
            tokens: components["schemas"]["Token"][];
        };
        /** Account */
        Account: {
            /** Format: uuid */
            id: string;
            email: string;
            email_verified: boolean;
            has_password: boolean;
            github_login: string | null;
            handle: string;
            /** Format: date-time */
            created_at: string;
        };
        /** AccountChange */
        AccountChange: {
            email?: string;
            password?: string;
            /** @default  */
            current_password: string;
        };
        /** Annotation */
        Annotation: {
            /** Format: uuid */
            id: string;
            /** Format: date */
            day: string;
            text: string;
        };
        /** AnnotationChange */
        AnnotationChange: {
            day?: string;
            text?: string;
        };
        /** Annotations */
        Annotations: {
            rows: components["schemas"]["Annotation"][];
        };
        /** Attempt */
        Attempt: {
            /** Format: date-time */
            at: string;
            outcome: string;
            status: number;
            cost: number;
            ms: number;
        };
        /** AuditEntry */
        AuditEntry: {
            id: number;
            /** Format: date-time */
            at: string;
            kind: string;
            /** @enum {string} */
            group: "sign-in" | "account" | "factors" | "access" | "page" | "data" | "limits" | "operator";
            sentence: string;
            serious: boolean;
            /** @enum {string} */
            by: "owner" | "token" | "stranger" | "operator" | "server";
            device: string;
            country: string;
            network: string;
            request_id: string;
        };
        /** AuditLog */
        AuditLog: {
            rows: components["schemas"]["AuditEntry"][];
            next: number | null;
        };
        /** Avatar */
        Avatar: {
            file_name: string;
            type: string;
            data: string;
        };
        /** Breakdown */
        Breakdown: {
            rows: components["schemas"]["Row"][];
        };
        /** Cell */
        Cell: {
            x: number;
            y: number;
            taps: number;
        };
        /** Config */
        Config: {
            sign_up: boolean;
            github_login: boolean;
            mail: boolean;
            version: string;
            base_url: string;
            themes: components["schemas"]["ThemeName"][];
            icons: components["schemas"]["IconName"][];
        };
        /** ConfirmedAddress */
        ConfirmedAddress: {
            email: string;
        };
        /** Core */
        Core: {
            metric: string;
            p75: number | null;
            /** @enum {null|string} */
            rating: "good" | "needs-work" | "poor" | null;
            samples: number;
        };
        /** Dashboard */
        Dashboard: {
            summary: components["schemas"]["Summary"];
            timeseries: components["schemas"]["Timeseries"];
            links: components["schemas"]["Row"][];
            countries: components["schemas"]["Row"][];
            regions: components["schemas"]["Row"][];
            cities: components["schemas"]["Row"][];
            devices: components["schemas"]["Row"][];
            browsers: components["schemas"]["Row"][];
            os: components["schemas"]["Row"][];
            languages: components["schemas"]["Row"][];
            referrers: components["schemas"]["Row"][];
            utm_sources: components["schemas"]["Row"][];
            utm_mediums: components["schemas"]["Row"][];
            utm_campaigns: components["schemas"]["Row"][];
            bots: components["schemas"]["Row"][];
            vitals: components["schemas"]["VitalsSummary"] | null;
            /** Format: date-time */
            updated_at: string;
        };
        /** DayVitals */
        DayVitals: {
            /** Format: date */
            at: string;
            samples: number;
            lcp?: number | null;
            inp?: number | null;
            cls?: number | null;
            fcp?: number | null;
            ttfb?: number | null;
        };
        /** DeadClicks */
        DeadClicks: {
            element: string;
            taps: number;
        };
        /** DeviceVitals */
        DeviceVitals: {
            device: string | null;
            metrics: components["schemas"]["Metric"][];
        };
        /**
         * Dimension
         * @description A column of visitor_days, the link that was clicked, or (bots only) why it was not counted as a person.
         * @enum {string}
         */
        Dimension: "country" | "region" | "city" | "device" | "browser" | "os" | "language" | "referrer" | "utm_source" | "utm_medium" | "utm_campaign" | "link" | "bot";
        /** Element */
        Element: {
            link_id: string | null;
            element: string;
            title: string | null;
            dead: boolean;
            rows: number;
            taps: number;
            cells: components["schemas"]["Cell"][];
        };
        /** Factors */
        Factors: {
            two_step: boolean;
            totp_since: string | null;
            passkeys: components["schemas"]["Passkey"][];
            recovery_codes_left: number;
        };
        /** Farewell */
        Farewell: {
            /** @default  */
            password: string;
            /** @default  */
            confirm: string;
        };
        /** ForgottenPassword */
        ForgottenPassword: {
            email: string;
        };
        /** HandleState */
        HandleState: {
            handle: string;
            available: boolean;
            /** @enum {null|string} */
            reason?: "taken" | "reserved" | "look-alike" | "invalid" | null;
            /** @default  */
            detail: string;
        };
        /** Heatmap */
        Heatmap: {
            /** Format: date */
            from: string;
            /** Format: date */
            to: string;
            viewport: number | null;
            columns: number;
            viewports: components["schemas"]["ViewportSums"][];
            taps: number;
            elements: components["schemas"]["Element"][];
            dead: components["schemas"]["DeadClicks"][];
            complete_from: string | null;
        };
        /** IconName */
        IconName: {
            id: string;
            title: string;
        };
        /** Image */
        Image: {
            /** Format: uuid */
            id: string;
            colour: string;
            blur: string | null;
            variants: components["schemas"]["ImageVariant"][];
        };
        /** ImageVariant */
        ImageVariant: {
            url: string;
            width: number;
            height: number;
            type: string;
            bytes: number;
        };
        /**
         * Interval
         * @description Length of a step in time. `hour`: at most 31 days, and 7 days with filters.
         * @default day
         * @enum {string}
         */
        Interval: "hour" | "day" | "week" | "month";
        /** Link */
        Link: {
            /** Format: uuid */
            id: string;
            title: string;
            url: string;
            slug: string;
            /** @enum {string} */
            kind: "website" | "social" | "project" | "email" | "file";
            icon: string;
            visible: boolean;
            pinned: boolean;
            position: number;
            thumbnail: components["schemas"]["Image"] | null;
            short_url: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            version: number;
        };
        /** LinkFields */
        LinkFields: {
            title?: string;
            url?: string;
            slug?: string;
            kind?: "website" | "social" | "project" | "email" | "file";
            icon?: string;
            visible?: boolean;
            pinned?: boolean;
            thumbnail_id?: string | null;
        };
        /** Links */
        Links: {
            rows: components["schemas"]["Link"][];
            version: number;
        };
        /** Live */
        Live: {
            visitors: number;
            minutes: components["schemas"]["LiveMinute"][];
            events: components["schemas"]["LiveEvent"][];
        };
        /** LiveEvent */
        LiveEvent: {
            id: string;
            /** Format: date-time */
            at: string;
            /** @enum {string} */
            kind: "view" | "click";
            link_id: string | null;
            link_title: string | null;
            country: string | null;
            region: string | null;
            city: string | null;
            device: string | null;
            browser: string | null;
            os: string | null;
            referrer: string | null;
        };
        /** LiveMinute */
        LiveMinute: {
            /** Format: date-time */
            at: string;
            views: number;
            clicks: number;
        };
        /** LogIn */
        LogIn: {
            login: string;
            password: string;
        };
        /** LoggedIn */
        LoggedIn: {
            account: components["schemas"]["Account"];
        };
        /** MadePasskey */
        MadePasskey: {
            passkey: components["schemas"]["Passkey"];
            recovery_codes: string[];
        };
        /** MadeShare */
        MadeShare: {
            /** Format: uuid */
            id: string;
            name: string;
            /** Format: date-time */
            created_at: string;
            expires_at: string | null;
            used_at: string | null;
            url: string;
        };
        /** MadeToken */
        MadeToken: {
            /** Format: uuid */
            id: string;
            name: string;
            scopes: string[];
            /** Format: date-time */
            created_at: string;
            expires_at: string | null;
            used_at: string | null;
            token: string;
        };
        /** Metric */
        Metric: {
            metric: string;
            p75: number | null;
            /** @enum {null|string} */
            rating: "good" | "needs-work" | "poor" | null;
            samples: number;
            good: number;
            needs_work: number;
            poor: number;
            good_up_to: number;
            poor_above: number;
        };
        /** NewAccount */
        NewAccount: {
            handle: string;
            email?: string | null;
            password?: string | null;
        };
        /** NewAnnotation */
        NewAnnotation: {
            /** Format: date */
            day: string;
            text: string;
        };
        /** NewLink */
        NewLink: {
            title?: string;
            url: string;
            slug?: string;
            kind?: "website" | "social" | "project" | "email" | "file";
            icon?: string;
            visible?: boolean;
            pinned?: boolean;
            thumbnail_id?: string | null;
        };
        /** NewOwnerToken */
        NewOwnerToken: {
            token: string;
        };
        /** NewPasskey */
        NewPasskey: {
            /** @default  */
            name: string;
            passkey: {
                [key: string]: unknown;
            };
        };
        /** NewPassword */
        NewPassword: {
            proof: string;
            password: string;
        };
        /** NewProof */
        NewProof: {
            /** @default  */
            code: string;
            /** @default  */
            recovery_code: string;
            passkey?: {
                [key: string]: unknown;
            } | null;
            /** @default  */
            password: string;
        };
        /** NewShare */
        NewShare: {
            /** @default  */
            name: string;
            expires_in_days?: number | null;
        };
        /** NewToken */
        NewToken: {
            name: string;
            scopes: ("profile:read" | "profile:write" | "links:read" | "links:write" | "assets:read" | "assets:write" | "analytics:read" | "analytics:write" | "account:read")[];
            expires_in_days?: number | null;
        };
        /** Order */
        Order: {
            ids: string[];
        };
        /** Overview */
        Overview: {
            rows: components["schemas"]["Sync"][];
            interval_minutes: number;
            least_interval_minutes: number;
            resting_until: string | null;
            refused: boolean;
            token: components["schemas"]["OwnerToken"] | null;
            shared_tokens: boolean;
        };
        /** OwnerToken */
        OwnerToken: {
            /** @enum {string} */
            source: "login" | "pasted";
            login: string;
            /** Format: date-time */
            added_at: string;
            refused: boolean;
            remaining: number | null;
        };
        /** Passkey */
        Passkey: {
            /** Format: uuid */
            id: string;
            name: string;
            synced: boolean;
            /** Format: date-time */
            created_at: string;
            used_at: string | null;
        };
        /** PasskeyLogIn */
        PasskeyLogIn: {
            passkey: {
                [key: string]: unknown;
            };
        };
        /** PasskeyName */
        PasskeyName: {
            name: string;
        };
        /** PasskeyOptions */
        PasskeyOptions: {
            options: {
                [key: string]: unknown;
            };
        };
        /** PendingLogIn */
        PendingLogIn: {
            methods: string[];
        };
        /** PendingSignUp */
        PendingSignUp: {
            github_login: string;
            display_name: string;
            email: string | null;
        };
        /** Person */
        Person: {
            login: string;
            display_name: string;
            bio: string;
            links: components["schemas"]["ProposedLink"][];
            avatar: components["schemas"]["Avatar"] | null;
            avatar_fault: string;
        };
        /** Point */
        Point: {
            at: string;
            views: number;
            visitors: number;
            clicks: number;
        };
        /** Preferences */
        Preferences: {
            interval_minutes: number;
        };
        /** Previous */
        Previous: {
            /** Format: date */
            from: string;
            /** Format: date */
            to: string;
            views: number;
            visitors: number;
            clicks: number;
            click_rate: number | null;
        };
        /** Profile */
        Profile: {
            handle: string;
            display_name: string;
            bio: string;
            theme: string;
            timezone: string;
            published: boolean;
            count_own_visits: boolean;
            /** @enum {string} */
            privacy_signals: "anonymous" | "ignore-visit";
            avatar: components["schemas"]["Image"] | null;
            background: components["schemas"]["Image"] | null;
            favicon: components["schemas"]["Image"] | null;
            url: string;
            /** Format: date-time */
            updated_at: string;
            version: number;
        };
        /** ProfileChange */
        ProfileChange: {
            handle?: string;
            display_name?: string;
            bio?: string;
            theme?: string;
            timezone?: string;
            published?: boolean;
            count_own_visits?: boolean;
            privacy_signals?: "anonymous" | "ignore-visit";
            avatar_id?: string | null;
            background_id?: string | null;
            favicon_id?: string | null;
        };
        /** Project */
        Project: {
            full_name: string;
            description: string;
            homepage: string;
            language: string;
            language_colour: string;
            topics: string[];
            licence: string;
            release: string;
            stars: number | null;
            forks: number | null;
            open_issues: number | null;
            archived: boolean;
            fork: boolean;
            template: boolean;
            pushed_at: string | null;
            changed_at: string | null;
        };
        /** Proof */
        Proof: {
            proof: string;
        };
        /** ProofState */
        ProofState: {
            proven_until: string | null;
            methods: ("password" | "passkey" | "totp" | "github")[];
        };
        /** ProposedLink */
        ProposedLink: {
            title: string;
            url: string;
            note: string;
        };
        /** Quota */
        Quota: {
            bytes_used: number;
            bytes_most: number;
            count: number;
            count_most: number;
        };
        /** Reason */
        Reason: {
            code: string;
            detail: string;
        };
        /** RecoveryCodes */
        RecoveryCodes: {
            recovery_codes: string[];
        };
        /** Report */
        Report: {
            /** @enum {string} */
            state: "well" | "trying" | "resting";
            /** Format: date-time */
            since: string;
            answered_at?: string | null;
            /** @default  */
            error: string;
        };
        /** Row */
        Row: {
            value: string | null;
            label?: string | null;
            views: number;
            visitors: number;
            clicks: number;
            click_rate?: number | null;
            position?: number | null;
            time_to_click?: number | null;
        };
        /** SecondFactor */
        SecondFactor: {
            /** @default  */
            code: string;
            /** @default  */
            recovery_code: string;
            passkey?: {
                [key: string]: unknown;
            } | null;
        };
        /** SecondStep */
        SecondStep: {
            /** @default true */
            second_factor: boolean;
        };
        /** Session */
        Session: {
            /** Format: uuid */
            id: string;
            device: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            seen_at: string;
            current: boolean;
        };
        /** Sessions */
        Sessions: {
            rows: components["schemas"]["Session"][];
        };
        /** Share */
        Share: {
            /** Format: uuid */
            id: string;
            name: string;
            /** Format: date-time */
            created_at: string;
            expires_at: string | null;
            used_at: string | null;
        };
        /** SharedBy */
        SharedBy: {
            handle: string;
            display_name: string;
            url: string | null;
            timezone: string;
            expires_at: string | null;
        };
        /** Shares */
        Shares: {
            rows: components["schemas"]["Share"][];
        };
        /** Stars */
        Stars: {
            /** Format: date */
            day: string;
            stars: number;
        };
        /** Status */
        Status: {
            services: {
                [key: string]: components["schemas"]["Report"];
            };
        };
        /** Summary */
        Summary: {
            /** Format: date */
            from: string;
            /** Format: date */
            to: string;
            views: number;
            visitors: number;
            clicks: number;
            click_rate: number | null;
            bots: number;
            previous: components["schemas"]["Previous"];
        };
        /** Sync */
        Sync: {
            /** Format: uuid */
            link_id: string;
            /** @enum {string} */
            state: "fresh" | "syncing" | "waiting" | "not-found" | "paused";
            waiting_until: string | null;
            last_success: string | null;
            next_run: string | null;
            interval_minutes: number;
            own_interval: boolean;
            paused: boolean;
            project: components["schemas"]["Project"];
            stars: components["schemas"]["Stars"][];
            stars_week: number | null;
        };
        /** SyncChange */
        SyncChange: {
            interval_minutes?: number | null;
            paused?: boolean;
        };
        /** SyncDetail */
        SyncDetail: {
            /** Format: uuid */
            link_id: string;
            /** @enum {string} */
            state: "fresh" | "syncing" | "waiting" | "not-found" | "paused";
            waiting_until: string | null;
            last_success: string | null;
            next_run: string | null;
            interval_minutes: number;
            own_interval: boolean;
            paused: boolean;
            project: components["schemas"]["Project"];
            stars: components["schemas"]["Stars"][];
            stars_week: number | null;
            attempts: components["schemas"]["Attempt"][];
        };
        /** ThemeName */
        ThemeName: {
            id: string;
            name: string;
        };
        /** Timeseries */
        Timeseries: {
            interval: components["schemas"]["Interval"];
            rows: components["schemas"]["Point"][];
            annotations: components["schemas"]["Annotation"][];
        };
        /** Token */
        Token: {
            /** Format: uuid */
            id: string;
            name: string;
            scopes: string[];
            /** Format: date-time */
            created_at: string;
            expires_at: string | null;
            used_at: string | null;
        };
        /** Tokens */
        Tokens: {
            rows: components["schemas"]["Token"][];
        };
        /** TotpCode */
        TotpCode: {
            code: string;
        };
        /** TotpOffer */
        TotpOffer: {
            secret: string;
            uri: string;
            picture: string;
        };
        /** Upload */
        Upload: {
            /** Format: uuid */
            id: string;
            /** @enum {string} */
            purpose: "avatar" | "background" | "thumbnail" | "favicon";
            /** @enum {string} */
            state: "received" | "validating" | "stored" | "queued" | "rejected";
            reason: components["schemas"]["Reason"] | null;
            file_name: string;
            bytes_received: number;
            bytes_stored: number;
            width: number;
            height: number;
            colour: string;
            blur: string | null;
            /** Format: date-time */
            created_at: string;
            variants: components["schemas"]["ImageVariant"][];
            used_as: string[];
        };
        /** Uploads */
        Uploads: {
            uploads: components["schemas"]["Upload"][];
            quota: components["schemas"]["Quota"];
        };
        /** Usage */
        Usage: {
            limit: components["schemas"]["UsageLimit"];
            allowed: number;
            limited: number;
            most: number;
            /** @enum {string} */
            interval: "hour" | "day";
            spans: components["schemas"]["UsageSpan"][];
            sources: components["schemas"]["UsageSource"][];
            areas: components["schemas"]["UsageArea"][];
        };
        /** UsageArea */
        UsageArea: {
            area: string;
            allowed: number;
            limited: number;
        };
        /** UsageLimit */
        UsageLimit: {
            requests: number;
            seconds: number;
            /** @enum {string} */
            scope: "address" | "user";
        };
        /** UsageSource */
        UsageSource: {
            token_id: string | null;
            name: string | null;
            allowed: number;
            limited: number;
        };
        /** UsageSpan */
        UsageSpan: {
            /** Format: date-time */
            at: string;
            allowed: number;
            limited: number;
            most: number;
        };
        /**
         * ViewportClass
         * @description Upper bound of the width in CSS px; 0: not known.
         * @enum {integer}
         */
        ViewportClass: 0 | 480 | 768 | 1024 | 1440 | 32767;
        /** ViewportSums */
        ViewportSums: {
            class: number;
            views: number;
            taps: number;
            dead: number;
        };
        /** Vitals */
        Vitals: {
            /** Format: date */
            from: string;
            /** Format: date */
            to: string;
            device: string | null;
            metrics: components["schemas"]["Metric"][];
            devices: components["schemas"]["DeviceVitals"][];
            rows: components["schemas"]["DayVitals"][];
            complete_from: string | null;
        };
        /** VitalsSummary */
        VitalsSummary: {
            /** Format: date */
            from: string;
            /** Format: date */
            to: string;
            metrics: components["schemas"]["Core"][];
        };
        /** WeeklyMail */
        WeeklyMail: {
            on: boolean;
            next_at: string | null;
            /** @enum {null|string} */
            obstacle: "no-mail-server" | "address-not-confirmed" | null;
        };
        /** WeeklyMailChange */
        WeeklyMailChange: {
            on: boolean;
        };
        /**
         * Problem
         * @description What went wrong and what to do about it (RFC 9457).
         */
        Problem: {
            title: string;
            status: number;
            /** @description A stable name for programs, such as `not-found`. */
            code: string;
            detail?: string;
            fields?: {
                [key: string]: string;
            };
            request_id?: string;
            /** @description With `prove-it-again`: in which ways. */
            methods?: string[];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getConfig: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Config"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewAccount"];
            };
        };
        responses: {
            /** @description Document created, URL follows */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Farewell"];
            };
        };
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AccountChange"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Stream Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/zip": unknown;
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unlinkGithub: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAccess: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Access"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Sessions"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    logIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LogIn"];
            };
        };
        responses: {
            /** @description Document created, URL follows */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoggedIn"] | components["schemas"]["SecondStep"];
                };
            };
            /** @description A second factor is asked for */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecondStep"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endOtherSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    logOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                session_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    askPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasskeyOptions"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    logInWithPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasskeyLogIn"];
            };
        };
        responses: {
            /** @description Document created, URL follows */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoggedIn"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSecondFactor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PendingLogIn"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    giveSecondFactor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SecondFactor"];
            };
        };
        responses: {
            /** @description Document created, URL follows */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoggedIn"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getProof: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProofState"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    giveProof: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewProof"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProofState"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getFactors: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Factors"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    offerTotp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Document created, URL follows */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TotpOffer"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeTotp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    confirmTotp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TotpCode"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    renewRecoveryCodes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Document created, URL follows */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    offerPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasskeyOptions"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPasskey"];
            };
        };
        responses: {
            /** @description Document created, URL follows */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadePasskey"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removePasskey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                passkey_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    renamePasskey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                passkey_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasskeyName"];
            };
        };
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sendVerification: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request accepted, processing continues off-line */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    verifyEmail: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Proof"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConfirmedAddress"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resetPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPassword"];
            };
        };
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    askForPasswordReset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ForgottenPassword"];
            };
        };
        responses: {
            /** @description Request accepted, processing continues off-line */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    startGithubLogin: {
        parameters: {
            query?: {
                lend?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Redirect Response */
            302: {
                headers: {
                    /** @description target path for the redirect */
                    location?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    finishGithubLogin: {
        parameters: {
            query?: {
                code?: string;
                error?: string;
                state?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Redirect Response */
            302: {
                headers: {
                    /** @description target path for the redirect */
                    location?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPendingGithubSignUp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PendingSignUp"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tokens"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewToken"];
            };
        };
        responses: {
            /** @description Document created, URL follows */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeToken"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getShares: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Shares"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createShare: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewShare"];
            };
        };
        responses: {
            /** @description Document created, URL follows */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeShare"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeShare: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                share_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getShared: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SharedBy"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAuditLog: {
        parameters: {
            query?: {
                /** @description Only entries of this group */
                group?: "sign-in" | "account" | "factors" | "access" | "page" | "data" | "limits" | "operator" | null;
                /** @description First day, in UTC */
                from?: string | null;
                /** @description Last day, in UTC */
                to?: string | null;
                before?: number | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditLog"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportAuditLog: {
        parameters: {
            query?: {
                /** @description Only entries of this group */
                group?: "sign-in" | "account" | "factors" | "access" | "page" | "data" | "limits" | "operator" | null;
                /** @description First day, in UTC */
                from?: string | null;
                /** @description Last day, in UTC */
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Stream Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": unknown;
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getHandle: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                handle: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HandleState"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getProfile: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Profile"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateProfile: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag you read before. */
                "If-Match"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProfileChange"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Profile"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getLinks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Links"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createLink: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewLink"];
            };
        };
        responses: {
            /** @description Document created, URL follows */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Link"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getLink: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                link_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Link"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteLink: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag you read before. */
                "If-Match"?: string | null;
            };
            path: {
                link_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateLink: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag you read before. */
                "If-Match"?: string | null;
            };
            path: {
                link_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LinkFields"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Link"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    restoreLink: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                link_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Link"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    orderLinks: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag you read before. */
                "If-Match"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Order"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Links"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAssets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Uploads"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    uploadAsset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The fields in this order: what the picture is for has to be known before it comes. */
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** @enum {string} */
                    purpose: "avatar" | "background" | "thumbnail" | "favicon";
                    /** Format: binary */
                    file: string;
                };
            };
        };
        responses: {
            /** @description The picture, and where its variants are */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Upload"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAsset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                upload_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Upload"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteAsset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                upload_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    restoreAsset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                upload_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Upload"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getGithub: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Overview"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateGithub: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Preferences"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preferences"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getGithubPerson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                login: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Person"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSync: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                link_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SyncDetail"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateSync: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                link_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SyncChange"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SyncDetail"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    syncNow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                link_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request accepted, processing continues off-line */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SyncDetail"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    lendGithubToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewOwnerToken"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnerToken"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeGithubToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAnalyticsSummary: {
        parameters: {
            query?: {
                /** @description Only visitors from this country (ISO 3166-1 alpha-2) (on their first view or click of the day). Empty: of whom it is not known. */
                country?: string | null;
                /** @description Only visitors from this region (on their first view or click of the day). Empty: of whom it is not known. */
                region?: string | null;
                /** @description Only visitors from this city (on their first view or click of the day). Empty: of whom it is not known. */
                city?: string | null;
                /** @description Only visitors with such a device (on their first view or click of the day). Empty: of whom it is not known. */
                device?: string | null;
                /** @description Only visitors with this browser (on their first view or click of the day). Empty: of whom it is not known. */
                browser?: string | null;
                /** @description Only visitors with this operating system (on their first view or click of the day). Empty: of whom it is not known. */
                os?: string | null;
                /** @description Only visitors who prefer this language (on their first view or click of the day). Empty: of whom it is not known. */
                language?: string | null;
                /** @description Only visitors who came from there. Empty: directly (on their first view or click of the day). Empty: of whom it is not known. */
                referrer?: string | null;
                /** @description Only visitors with this utm_source (on their first view or click of the day). Empty: of whom it is not known. */
                utm_source?: string | null;
                /** @description Only visitors with this utm_medium (on their first view or click of the day). Empty: of whom it is not known. */
                utm_medium?: string | null;
                /** @description Only visitors with this utm_campaign (on their first view or click of the day). Empty: of whom it is not known. */
                utm_campaign?: string | null;
                /** @description Only visitors who clicked this link that day; their views, and its clicks. */
                link?: string | null;
                /** @description Count bots instead of people. Bots have no visitors. */
                bots?: boolean;
                /** @description First day, in the profile's time zone. Default: 30 days up to `to`. */
                from?: string | null;
                /** @description Last day, included. Default: today. At most 800 days in all. */
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The sums */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Summary"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAnalyticsTimeseries: {
        parameters: {
            query?: {
                /** @description Only visitors from this country (ISO 3166-1 alpha-2) (on their first view or click of the day). Empty: of whom it is not known. */
                country?: string | null;
                /** @description Only visitors from this region (on their first view or click of the day). Empty: of whom it is not known. */
                region?: string | null;
                /** @description Only visitors from this city (on their first view or click of the day). Empty: of whom it is not known. */
                city?: string | null;
                /** @description Only visitors with such a device (on their first view or click of the day). Empty: of whom it is not known. */
                device?: string | null;
                /** @description Only visitors with this browser (on their first view or click of the day). Empty: of whom it is not known. */
                browser?: string | null;
                /** @description Only visitors with this operating system (on their first view or click of the day). Empty: of whom it is not known. */
                os?: string | null;
                /** @description Only visitors who prefer this language (on their first view or click of the day). Empty: of whom it is not known. */
                language?: string | null;
                /** @description Only visitors who came from there. Empty: directly (on their first view or click of the day). Empty: of whom it is not known. */
                referrer?: string | null;
                /** @description Only visitors with this utm_source (on their first view or click of the day). Empty: of whom it is not known. */
                utm_source?: string | null;
                /** @description Only visitors with this utm_medium (on their first view or click of the day). Empty: of whom it is not known. */
                utm_medium?: string | null;
                /** @description Only visitors with this utm_campaign (on their first view or click of the day). Empty: of whom it is not known. */
                utm_campaign?: string | null;
                /** @description Only visitors who clicked this link that day; their views, and its clicks. */
                link?: string | null;
                /** @description Count bots instead of people. Bots have no visitors. */
                bots?: boolean;
                /** @description First day, in the profile's time zone. Default: 30 days up to `to`. */
                from?: string | null;
                /** @description Last day, included. Default: today. At most 800 days in all. */
                to?: string | null;
                /** @description Length of a step in time. `hour`: at most 31 days, and 7 days with filters. */
                interval?: components["schemas"]["Interval"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every day, hour, week or month of the range */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Timeseries"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAnalyticsBreakdown: {
        parameters: {
            query?: {
                /** @description Only visitors from this country (ISO 3166-1 alpha-2) (on their first view or click of the day). Empty: of whom it is not known. */
                country?: string | null;
                /** @description Only visitors from this region (on their first view or click of the day). Empty: of whom it is not known. */
                region?: string | null;
                /** @description Only visitors from this city (on their first view or click of the day). Empty: of whom it is not known. */
                city?: string | null;
                /** @description Only visitors with such a device (on their first view or click of the day). Empty: of whom it is not known. */
                device?: string | null;
                /** @description Only visitors with this browser (on their first view or click of the day). Empty: of whom it is not known. */
                browser?: string | null;
                /** @description Only visitors with this operating system (on their first view or click of the day). Empty: of whom it is not known. */
                os?: string | null;
                /** @description Only visitors who prefer this language (on their first view or click of the day). Empty: of whom it is not known. */
                language?: string | null;
                /** @description Only visitors who came from there. Empty: directly (on their first view or click of the day). Empty: of whom it is not known. */
                referrer?: string | null;
                /** @description Only visitors with this utm_source (on their first view or click of the day). Empty: of whom it is not known. */
                utm_source?: string | null;
                /** @description Only visitors with this utm_medium (on their first view or click of the day). Empty: of whom it is not known. */
                utm_medium?: string | null;
                /** @description Only visitors with this utm_campaign (on their first view or click of the day). Empty: of whom it is not known. */
                utm_campaign?: string | null;
                /** @description Only visitors who clicked this link that day; their views, and its clicks. */
                link?: string | null;
                /** @description Count bots instead of people. Bots have no visitors. */
                bots?: boolean;
                /** @description First day, in the profile's time zone. Default: 30 days up to `to`. */
                from?: string | null;
                /** @description Last day, included. Default: today. At most 800 days in all. */
                to?: string | null;
                /** @description Rows at most. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description A column of visitor_days, the link that was clicked, or (bots only) why it was not counted as a person. */
                dimension: components["schemas"]["Dimension"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Most visitors first; links by clicks, bots by views and clicks */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Breakdown"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAnalyticsDashboard: {
        parameters: {
            query?: {
                /** @description Only visitors from this country (ISO 3166-1 alpha-2) (on their first view or click of the day). Empty: of whom it is not known. */
                country?: string | null;
                /** @description Only visitors from this region (on their first view or click of the day). Empty: of whom it is not known. */
                region?: string | null;
                /** @description Only visitors from this city (on their first view or click of the day). Empty: of whom it is not known. */
                city?: string | null;
                /** @description Only visitors with such a device (on their first view or click of the day). Empty: of whom it is not known. */
                device?: string | null;
                /** @description Only visitors with this browser (on their first view or click of the day). Empty: of whom it is not known. */
                browser?: string | null;
                /** @description Only visitors with this operating system (on their first view or click of the day). Empty: of whom it is not known. */
                os?: string | null;
                /** @description Only visitors who prefer this language (on their first view or click of the day). Empty: of whom it is not known. */
                language?: string | null;
                /** @description Only visitors who came from there. Empty: directly (on their first view or click of the day). Empty: of whom it is not known. */
                referrer?: string | null;
                /** @description Only visitors with this utm_source (on their first view or click of the day). Empty: of whom it is not known. */
                utm_source?: string | null;
                /** @description Only visitors with this utm_medium (on their first view or click of the day). Empty: of whom it is not known. */
                utm_medium?: string | null;
                /** @description Only visitors with this utm_campaign (on their first view or click of the day). Empty: of whom it is not known. */
                utm_campaign?: string | null;
                /** @description Only visitors who clicked this link that day; their views, and its clicks. */
                link?: string | null;
                /** @description Count bots instead of people. Bots have no visitors. */
                bots?: boolean;
                /** @description First day, in the profile's time zone. Default: 30 days up to `to`. */
                from?: string | null;
                /** @description Last day, included. Default: today. At most 800 days in all. */
                to?: string | null;
                /** @description Length of a step in time. `hour`: at most 31 days, and 7 days with filters. */
                interval?: components["schemas"]["Interval"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Sums, steps in time, and the ten most frequent values of every dimension */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dashboard"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAnalyticsHeatmap: {
        parameters: {
            query?: {
                /** @description Only visitors from this country (ISO 3166-1 alpha-2) (on their first view or click of the day). Empty: of whom it is not known. */
                country?: string | null;
                /** @description Only visitors from this region (on their first view or click of the day). Empty: of whom it is not known. */
                region?: string | null;
                /** @description Only visitors from this city (on their first view or click of the day). Empty: of whom it is not known. */
                city?: string | null;
                /** @description Only visitors with such a device (on their first view or click of the day). Empty: of whom it is not known. */
                device?: string | null;
                /** @description Only visitors with this browser (on their first view or click of the day). Empty: of whom it is not known. */
                browser?: string | null;
                /** @description Only visitors with this operating system (on their first view or click of the day). Empty: of whom it is not known. */
                os?: string | null;
                /** @description Only visitors who prefer this language (on their first view or click of the day). Empty: of whom it is not known. */
                language?: string | null;
                /** @description Only visitors who came from there. Empty: directly (on their first view or click of the day). Empty: of whom it is not known. */
                referrer?: string | null;
                /** @description Only visitors with this utm_source (on their first view or click of the day). Empty: of whom it is not known. */
                utm_source?: string | null;
                /** @description Only visitors with this utm_medium (on their first view or click of the day). Empty: of whom it is not known. */
                utm_medium?: string | null;
                /** @description Only visitors with this utm_campaign (on their first view or click of the day). Empty: of whom it is not known. */
                utm_campaign?: string | null;
                /** @description Only visitors who clicked this link that day; their views, and its clicks. */
                link?: string | null;
                /** @description Count bots instead of people. Bots have no visitors. */
                bots?: boolean;
                /** @description First day, in the profile's time zone. Default: 30 days up to `to`. */
                from?: string | null;
                /** @description Last day, included. Default: today. At most 800 days in all. */
                to?: string | null;
                /** @description Size of screen. Default: the one with most taps. */
                viewport?: components["schemas"]["ViewportClass"] | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Taps by element and cell, and those that hit nothing */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Heatmap"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAnalyticsVitals: {
        parameters: {
            query?: {
                /** @description Only visitors from this country (ISO 3166-1 alpha-2) (on their first view or click of the day). Empty: of whom it is not known. */
                country?: string | null;
                /** @description Only visitors from this region (on their first view or click of the day). Empty: of whom it is not known. */
                region?: string | null;
                /** @description Only visitors from this city (on their first view or click of the day). Empty: of whom it is not known. */
                city?: string | null;
                /** @description Only visitors with such a device (on their first view or click of the day). Empty: of whom it is not known. */
                device?: string | null;
                /** @description Only visitors with this browser (on their first view or click of the day). Empty: of whom it is not known. */
                browser?: string | null;
                /** @description Only visitors with this operating system (on their first view or click of the day). Empty: of whom it is not known. */
                os?: string | null;
                /** @description Only visitors who prefer this language (on their first view or click of the day). Empty: of whom it is not known. */
                language?: string | null;
                /** @description Only visitors who came from there. Empty: directly (on their first view or click of the day). Empty: of whom it is not known. */
                referrer?: string | null;
                /** @description Only visitors with this utm_source (on their first view or click of the day). Empty: of whom it is not known. */
                utm_source?: string | null;
                /** @description Only visitors with this utm_medium (on their first view or click of the day). Empty: of whom it is not known. */
                utm_medium?: string | null;
                /** @description Only visitors with this utm_campaign (on their first view or click of the day). Empty: of whom it is not known. */
                utm_campaign?: string | null;
                /** @description Only visitors who clicked this link that day; their views, and its clicks. */
                link?: string | null;
                /** @description Count bots instead of people. Bots have no visitors. */
                bots?: boolean;
                /** @description First day, in the profile's time zone. Default: 30 days up to `to`. */
                from?: string | null;
                /** @description Last day, included. Default: today. At most 800 days in all. */
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Web vitals: in all, by device, by day */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Vitals"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAnalyticsLive: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Visitors of the last 5 minutes, views and clicks of the last 30, the last 50 events */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Live"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    streamAnalyticsLive: {
        parameters: {
            query?: never;
            header?: {
                /** @description The last `id` of an interrupted stream: what came behind it is sent first, at most 200 events. */
                "Last-Event-ID"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Goes on until one side ends it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAnnotations: {
        parameters: {
            query?: {
                /** @description First day, in the profile's time zone. Default: 30 days up to `to`. */
                from?: string | null;
                /** @description Last day, included. Default: today. At most 800 days in all. */
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description They are in the time series as well */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Annotations"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addAnnotation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewAnnotation"];
            };
        };
        responses: {
            /** @description The annotation */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Annotation"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteAnnotation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                annotation_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeAnnotation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                annotation_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AnnotationChange"];
            };
        };
        responses: {
            /** @description The annotation as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Annotation"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportAnalyticsEvents: {
        parameters: {
            query?: {
                /** @description Only visitors from this country (ISO 3166-1 alpha-2) (on their first view or click of the day). Empty: of whom it is not known. */
                country?: string | null;
                /** @description Only visitors from this region (on their first view or click of the day). Empty: of whom it is not known. */
                region?: string | null;
                /** @description Only visitors from this city (on their first view or click of the day). Empty: of whom it is not known. */
                city?: string | null;
                /** @description Only visitors with such a device (on their first view or click of the day). Empty: of whom it is not known. */
                device?: string | null;
                /** @description Only visitors with this browser (on their first view or click of the day). Empty: of whom it is not known. */
                browser?: string | null;
                /** @description Only visitors with this operating system (on their first view or click of the day). Empty: of whom it is not known. */
                os?: string | null;
                /** @description Only visitors who prefer this language (on their first view or click of the day). Empty: of whom it is not known. */
                language?: string | null;
                /** @description Only visitors who came from there. Empty: directly (on their first view or click of the day). Empty: of whom it is not known. */
                referrer?: string | null;
                /** @description Only visitors with this utm_source (on their first view or click of the day). Empty: of whom it is not known. */
                utm_source?: string | null;
                /** @description Only visitors with this utm_medium (on their first view or click of the day). Empty: of whom it is not known. */
                utm_medium?: string | null;
                /** @description Only visitors with this utm_campaign (on their first view or click of the day). Empty: of whom it is not known. */
                utm_campaign?: string | null;
                /** @description Only visitors who clicked this link that day; their views, and its clicks. */
                link?: string | null;
                /** @description Count bots instead of people. Bots have no visitors. */
                bots?: boolean;
                /** @description First day, in the profile's time zone. Default: 30 days up to `to`. */
                from?: string | null;
                /** @description Last day, included. Default: today. At most 800 days in all. */
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A line for each view, click, tap and measurement, in the order of time */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": unknown;
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportAnalyticsEventsParquet: {
        parameters: {
            query?: {
                /** @description Only visitors from this country (ISO 3166-1 alpha-2) (on their first view or click of the day). Empty: of whom it is not known. */
                country?: string | null;
                /** @description Only visitors from this region (on their first view or click of the day). Empty: of whom it is not known. */
                region?: string | null;
                /** @description Only visitors from this city (on their first view or click of the day). Empty: of whom it is not known. */
                city?: string | null;
                /** @description Only visitors with such a device (on their first view or click of the day). Empty: of whom it is not known. */
                device?: string | null;
                /** @description Only visitors with this browser (on their first view or click of the day). Empty: of whom it is not known. */
                browser?: string | null;
                /** @description Only visitors with this operating system (on their first view or click of the day). Empty: of whom it is not known. */
                os?: string | null;
                /** @description Only visitors who prefer this language (on their first view or click of the day). Empty: of whom it is not known. */
                language?: string | null;
                /** @description Only visitors who came from there. Empty: directly (on their first view or click of the day). Empty: of whom it is not known. */
                referrer?: string | null;
                /** @description Only visitors with this utm_source (on their first view or click of the day). Empty: of whom it is not known. */
                utm_source?: string | null;
                /** @description Only visitors with this utm_medium (on their first view or click of the day). Empty: of whom it is not known. */
                utm_medium?: string | null;
                /** @description Only visitors with this utm_campaign (on their first view or click of the day). Empty: of whom it is not known. */
                utm_campaign?: string | null;
                /** @description Only visitors who clicked this link that day; their views, and its clicks. */
                link?: string | null;
                /** @description Count bots instead of people. Bots have no visitors. */
                bots?: boolean;
                /** @description First day, in the profile's time zone. Default: 30 days up to `to`. */
                from?: string | null;
                /** @description Last day, included. Default: today. At most 800 days in all. */
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A row for each view, click, tap and measurement, in the order of time */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.apache.parquet": unknown;
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportAnalyticsBreakdownCountry: {
        parameters: {
            query?: {
                /** @description Only visitors from this country (ISO 3166-1 alpha-2) (on their first view or click of the day). Empty: of whom it is not known. */
                country?: string | null;
                /** @description Only visitors from this region (on their first view or click of the day). Empty: of whom it is not known. */
                region?: string | null;
                /** @description Only visitors from this city (on their first view or click of the day). Empty: of whom it is not known. */
                city?: string | null;
                /** @description Only visitors with such a device (on their first view or click of the day). Empty: of whom it is not known. */
                device?: string | null;
                /** @description Only visitors with this browser (on their first view or click of the day). Empty: of whom it is not known. */
                browser?: string | null;
                /** @description Only visitors with this operating system (on their first view or click of the day). Empty: of whom it is not known. */
                os?: string | null;
                /** @description Only visitors who prefer this language (on their first view or click of the day). Empty: of whom it is not known. */
                language?: string | null;
                /** @description Only visitors who came from there. Empty: directly (on their first view or click of the day). Empty: of whom it is not known. */
                referrer?: string | null;
                /** @description Only visitors with this utm_source (on their first view or click of the day). Empty: of whom it is not known. */
                utm_source?: string | null;
                /** @description Only visitors with this utm_medium (on their first view or click of the day). Empty: of whom it is not known. */
                utm_medium?: string | null;
                /** @description Only visitors with this utm_campaign (on their first view or click of the day). Empty: of whom it is not known. */
                utm_campaign?: string | null;
                /** @description Only visitors who clicked this link that day; their views, and its clicks. */
                link?: string | null;
                /** @description Count bots instead of people. Bots have no visitors. */
                bots?: boolean;
                /** @description First day, in the profile's time zone. Default: 30 days up to `to`. */
                from?: string | null;
                /** @description Last day, included. Default: today. At most 800 days in all. */
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As the breakdown of this dimension, with every value */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportAnalyticsBreakdownCountryParquet: {
        parameters: {
            query?: {
                /** @description Only visitors from this country (ISO 3166-1 alpha-2) (on their first view or click of the day). Empty: of whom it is not known. */
                country?: string | null;
                /** @description Only visitors from this region (on their first view or click of the day). Empty: of whom it is not known. */
                region?: string | null;
                /** @description Only visitors from this city (on their first view or click of the day). Empty: of whom it is not known. */
                city?: string | null;
                /** @description Only visitors with such a device (on their first view or click of the day). Empty: of whom it is not known. */
                device?: string | null;
                /** @description Only visitors with this browser (on their first view or click of the day). Empty: of whom it is not known. */
                browser?: string | null;
                /** @description Only visitors with this operating system (on their first view or click of the day). Empty: of whom it is not known. */
                os?: string | null;
                /** @description Only visitors who prefer this language (on their first view or click of the day). Empty: of whom it is not known. */
                language?: string | null;
                /** @description Only visitors who came from there. Empty: directly (on their first view or click of the day). Empty: of whom it is not known. */
                referrer?: string | null;
                /** @description Only visitors with this utm_source (on their first view or click of the day). Empty: of whom it is not known. */
                utm_source?: string | null;
                /** @description Only visitors with this utm_medium (on their first view or click of the day). Empty: of whom it is not known. */
                utm_medium?: string | null;
                /** @description Only visitors with this utm_campaign (on their first view or click of the day). Empty: of whom it is not known. */
                utm_campaign?: string | null;
                /** @description Only visitors who clicked this link that day; their views, and its clicks. */
                link?: string | null;
                /** @description Count bots instead of people. Bots have no visitors. */
                bots?: boolean;
                /** @description First day, in the profile's time zone. Default: 30 days up to `to`. */
                from?: string | null;
                /** @description Last day, included. Default: today. At most 800 days in all. */
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As the breakdown of this dimension, with every value */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.apache.parquet": string;
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportAnalyticsBreakdownRegion: {
        parameters: {
            query?: {
                /** @description Only visitors from this country (ISO 3166-1 alpha-2) (on their first view or click of the day). Empty: of whom it is not known. */
                country?: string | null;
                /** @description Only visitors from this region (on their first view or click of the day). Empty: of whom it is not known. */
                region?: string | null;
                /** @description Only visitors from this city (on their first view or click of the day). Empty: of whom it is not known. */
                city?: string | null;
                /** @description Only visitors with such a device (on their first view or click of the day). Empty: of whom it is not known. */
                device?: string | null;
                /** @description Only visitors with this browser (on their first view or click of the day). Empty: of whom it is not known. */
                browser?: string | null;
                /** @description Only visitors with this operating system (on their first view or click of the day). Empty: of whom it is not known. */
                os?: string | null;
                /** @description Only visitors who prefer this language (on their first view or click of the day). Empty: of whom it is not known. */
                language?: string | null;
                /** @description Only visitors who came from there. Empty: directly (on their first view or click of the day). Empty: of whom it is not known. */
                referrer?: string | null;
                /** @description Only visitors with this utm_source (on their first view or click of the day). Empty: of whom it is not known. */
                utm_source?: string | null;
                /** @description Only visitors with this utm_medium (on their first view or click of the day). Empty: of whom it is not known. */
                utm_medium?: string | null;
                /** @description Only visitors with this utm_campaign (on their first view or click of the day). Empty: of whom it is not known. */
                utm_campaign?: string | null;
                /** @description Only visitors who clicked this link that day; their views, and its clicks. */
                link?: string | null;
                /** @description Count bots instead of people. Bots have no visitors. */
                bots?: boolean;
                /** @description First day, in the profile's time zone. Default: 30 days up to `to`. */
                from?: string | null;
                /** @description Last day, included. Default: today. At most 800 days in all. */
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As the breakdown of this dimension, with every value */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportAnalyticsBreakdownRegionParquet: {
        parameters: {
            query?: {
                /** @description Only visitors from this country (ISO 3166-1 alpha-2) (on their first view or click of the day). Empty: of whom it is not known. */
                country?: string | null;
                /** @description Only visitors from this region (on their first view or click of the day). Empty: of whom it is not known. */
                region?: string | null;
                /** @description Only visitors from this city (on their first view or click of the day). Empty: of whom it is not known. */
                city?: string | null;
                /** @description Only visitors with such a device (on their first view or click of the day). Empty: of whom it is not known. */
                device?: string | null;
                /** @description Only visitors with this browser (on their first view or click of the day). Empty: of whom it is not known. */
                browser?: string | null;
                /** @description Only visitors with this operating system (on their first view or click of the day). Empty: of whom it is not known. */
                os?: string | null;
                /** @description Only visitors who prefer this language (on their first view or click of the day). Empty: of whom it is not known. */
                language?: string | null;
                /** @description Only visitors who came from there. Empty: directly (on their first view or click of the day). Empty: of whom it is not known. */
                referrer?: string | null;
                /** @description Only visitors with this utm_source (on their first view or click of the day). Empty: of whom it is not known. */
                utm_source?: string | null;
                /** @description Only visitors with this utm_medium (on their first view or click of the day). Empty: of whom it is not known. */
                utm_medium?: string | null;
                /** @description Only visitors with this utm_campaign (on their first view or click of the day). Empty: of whom it is not known. */
                utm_campaign?: string | null;
                /** @description Only visitors who clicked this link that day; their views, and its clicks. */
                link?: string | null;
                /** @description Count bots instead of people. Bots have no visitors. */
                bots?: boolean;
                /** @description First day, in the profile's time zone. Default: 30 days up to `to`. */
                from?: string | null;
                /** @description Last day, included. Default: today. At most 800 days in all. */
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As the breakdown of this dimension, with every value */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.apache.parquet": string;
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportAnalyticsBreakdownCity: {
        parameters: {
            query?: {
                /** @description Only visitors from this country (ISO 3166-1 alpha-2) (on their first view or click of the day). Empty: of whom it is not known. */
                country?: string | null;
                /** @description Only visitors from this region (on their first view or click of the day). Empty: of whom it is not known. */
                region?: string | null;
                /** @description Only visitors from this city (on their first view or click of the day). Empty: of whom it is not known. */
                city?: string | null;
                /** @description Only visitors with such a device (on their first view or click of the day). Empty: of whom it is not known. */
                device?: string | null;
                /** @description Only visitors with this browser (on their first view or click of the day). Empty: of whom it is not known. */
                browser?: string | null;
                /** @description Only visitors with this operating system (on their first view or click of the day). Empty: of whom it is not known. */
                os?: string | null;
                /** @description Only visitors who prefer this language (on their first view or click of the day). Empty: of whom it is not known. */
                language?: string | null;
                /** @description Only visitors who came from there. Empty: directly (on their first view or click of the day). Empty: of whom it is not known. */
                referrer?: string | null;
                /** @description Only visitors with this utm_source (on their first view or click of the day). Empty: of whom it is not known. */
                utm_source?: string | null;
                /** @description Only visitors with this utm_medium (on their first view or click of the day). Empty: of whom it is not known. */
                utm_medium?: string | null;
                /** @description Only visitors with this utm_campaign (on their first view or click of the day). Empty: of whom it is not known. */
                utm_campaign?: string | null;
                /** @description Only visitors who clicked this link that day; their views, and its clicks. */
                link?: string | null;
                /** @description Count bots instead of people. Bots have no visitors. */
                bots?: boolean;
                /** @description First day, in the profile's time zone. Default: 30 days up to `to`. */
                from?: string | null;
                /** @description Last day, included. Default: today. At most 800 days in all. */
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As the breakdown of this dimension, with every value */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportAnalyticsBreakdownCityParquet: {
        parameters: {
            query?: {
                /** @description Only visitors from this country (ISO 3166-1 alpha-2) (on their first view or click of the day). Empty: of whom it is not known. */
                country?: string | null;
                /** @description Only visitors from this region (on their first view or click of the day). Empty: of whom it is not known. */
                region?: string | null;
                /** @description Only visitors from this city (on their first view or click of the day). Empty: of whom it is not known. */
                city?: string | null;
                /** @description Only visitors with such a device (on their first view or click of the day). Empty: of whom it is not known. */
                device?: string | null;
                /** @description Only visitors with this browser (on their first view or click of the day). Empty: of whom it is not known. */
                browser?: string | null;
                /** @description Only visitors with this operating system (on their first view or click of the day). Empty: of whom it is not known. */
                os?: string | null;
                /** @description Only visitors who prefer this language (on their first view or click of the day). Empty: of whom it is not known. */
                language?: string | null;
                /** @description Only visitors who came from there. Empty: directly (on their first view or click of the day). Empty: of whom it is not known. */
                referrer?: string | null;
                /** @description Only visitors with this utm_source (on their first view or click of the day). Empty: of whom it is not known. */
                utm_source?: string | null;
                /** @description Only visitors with this utm_medium (on their first view or click of the day). Empty: of whom it is not known. */
                utm_medium?: string | null;
                /** @description Only visitors with this utm_campaign (on their first view or click of the day). Empty: of whom it is not known. */
                utm_campaign?: string | null;
                /** @description Only visitors who clicked this link that day; their views, and its clicks. */
                link?: string | null;
                /** @description Count bots instead of people. Bots have no visitors. */
                bots?: boolean;
                /** @description First day, in the profile's time zone. Default: 30 days up to `to`. */
                from?: string | null;
                /** @description Last day, included. Default: today. At most 800 days in all. */
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As the breakdown of this dimension, with every value */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.apache.parquet": string;
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportAnalyticsBreakdownDevice: {
        parameters: {
            query?: {
                /** @description Only visitors from this country (ISO 3166-1 alpha-2) (on their first view or click of the day). Empty: of whom it is not known. */
                country?: string | null;
                /** @description Only visitors from this region (on their first view or click of the day). Empty: of whom it is not known. */
                region?: string | null;
                /** @description Only visitors from this city (on their first view or click of the day). Empty: of whom it is not known. */
                city?: string | null;
                /** @description Only visitors with such a device (on their first view or click of the day). Empty: of whom it is not known. */
                device?: string | null;
                /** @description Only visitors with this browser (on their first view or click of the day). Empty: of whom it is not known. */
                browser?: string | null;
                /** @description Only visitors with this operating system (on their first view or click of the day). Empty: of whom it is not known. */
                os?: string | null;
                /** @description Only visitors who prefer this language (on their first view or click of the day). Empty: of whom it is not known. */
                language?: string | null;
                /** @description Only visitors who came from there. Empty: directly (on their first view or click of the day). Empty: of whom it is not known. */
                referrer?: string | null;
                /** @description Only visitors with this utm_source (on their first view or click of the day). Empty: of whom it is not known. */
                utm_source?: string | null;
                /** @description Only visitors with this utm_medium (on their first view or click of the day). Empty: of whom it is not known. */
                utm_medium?: string | null;
                /** @description Only visitors with this utm_campaign (on their first view or click of the day). Empty: of whom it is not known. */
                utm_campaign?: string | null;
                /** @description Only visitors who clicked this link that day; their views, and its clicks. */
                link?: string | null;
                /** @description Count bots instead of people. Bots have no visitors. */
                bots?: boolean;
                /** @description First day, in the profile's time zone. Default: 30 days up to `to`. */
                from?: string | null;
                /** @description Last day, included. Default: today. At most 800 days in all. */
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As the breakdown of this dimension, with every value */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportAnalyticsBreakdownDeviceParquet: {
        parameters: {
            query?: {
                /** @description Only visitors from this country (ISO 3166-1 alpha-2) (on their first view or click of the day). Empty: of whom it is not known. */
                country?: string | null;
                /** @description Only visitors from this region (on their first view or click of the day). Empty: of whom it is not known. */
                region?: string | null;
                /** @description Only visitors from this city (on their first view or click of the day). Empty: of whom it is not known. */
                city?: string | null;
                /** @description Only visitors with such a device (on their first view or click of the day). Empty: of whom it is not known. */
                device?: string | null;
                /** @description Only visitors with this browser (on their first view or click of the day). Empty: of whom it is not known. */
                browser?: string | null;
                /** @description Only visitors with this operating system (on their first view or click of the day). Empty: of whom it is not known. */
                os?: string | null;
                /** @description Only visitors who prefer this language (on their first view or click of the day). Empty: of whom it is not known. */
                language?: string | null;
                /** @description Only visitors who came from there. Empty: directly (on their first view or click of the day). Empty: of whom it is not known. */
                referrer?: string | null;
                /** @description Only visitors with this utm_source (on their first view or click of the day). Empty: of whom it is not known. */
                utm_source?: string | null;
                /** @description Only visitors with this utm_medium (on their first view or click of the day). Empty: of whom it is not known. */
                utm_medium?: string | null;
                /** @description Only visitors with this utm_campaign (on their first view or click of the day). Empty: of whom it is not known. */
                utm_campaign?: string | null;
                /** @description Only visitors who clicked this link that day; their views, and its clicks. */
                link?: string | null;
                /** @description Count bots instead of people. Bots have no visitors. */
                bots?: boolean;
                /** @description First day, in the profile's time zone. Default: 30 days up to `to`. */
                from?: string | null;
                /** @description Last day, included. Default: today. At most 800 days in all. */
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As the breakdown of this dimension, with every value */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.apache.parquet": string;
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportAnalyticsBreakdownBrowser: {
        parameters: {
            query?: {
                /** @description Only visitors from this country (ISO 3166-1 alpha-2) (on their first view or click of the day). Empty: of whom it is not known. */
                country?: string | null;
                /** @description Only visitors from this region (on their first view or click of the day). Empty: of whom it is not known. */
                region?: string | null;
                /** @description Only visitors from this city (on their first view or click of the day). Empty: of whom it is not known. */
                city?: string | null;
                /** @description Only visitors with such a device (on their first view or click of the day). Empty: of whom it is not known. */
                device?: string | null;
                /** @description Only visitors with this browser (on their first view or click of the day). Empty: of whom it is not known. */
                browser?: string | null;
                /** @description Only visitors with this operating system (on their first view or click of the day). Empty: of whom it is not known. */
                os?: string | null;
                /** @description Only visitors who prefer this language (on their first view or click of the day). Empty: of whom it is not known. */
                language?: string | null;
                /** @description Only visitors who came from there. Empty: directly (on their first view or click of the day). Empty: of whom it is not known. */
                referrer?: string | null;
                /** @description Only visitors with this utm_source (on their first view or click of the day). Empty: of whom it is not known. */
                utm_source?: string | null;
                /** @description Only visitors with this utm_medium (on their first view or click of the day). Empty: of whom it is not known. */
                utm_medium?: string | null;
                /** @description Only visitors with this utm_campaign (on their first view or click of the day). Empty: of whom it is not known. */
                utm_campaign?: string | null;
                /** @description Only visitors who clicked this link that day; their views, and its clicks. */
                link?: string | null;
                /** @description Count bots instead of people. Bots have no visitors. */
                bots?: boolean;
                /** @description First day, in the profile's time zone. Default: 30 days up to `to`. */
                from?: string | null;
                /** @description Last day, included. Default: today. At most 800 days in all. */
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As the breakdown of this dimension, with every value */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportAnalyticsBreakdownBrowserParquet: {
        parameters: {
            query?: {
                /** @description Only visitors from this country (ISO 3166-1 alpha-2) (on their first view or click of the day). Empty: of whom it is not known. */
                country?: string | null;
                /** @description Only visitors from this region (on their first view or click of the day). Empty: of whom it is not known. */
                region?: string | null;
                /** @description Only visitors from this city (on their first view or click of the day). Empty: of whom it is not known. */
                city?: string | null;
                /** @description Only visitors with such a device (on their first view or click of the day). Empty: of whom it is not known. */
                device?: string | null;
                /** @description Only visitors with this browser (on their first view or click of the day). Empty: of whom it is not known. */
                browser?: string | null;
                /** @description Only visitors with this operating system (on their first view or click of the day). Empty: of whom it is not known. */
                os?: string | null;
                /** @description Only visitors who prefer this language (on their first view or click of the day). Empty: of whom it is not known. */
                language?: string | null;
                /** @description Only visitors who came from there. Empty: directly (on their first view or click of the day). Empty: of whom it is not known. */
                referrer?: string | null;
                /** @description Only visitors with this utm_source (on their first view or click of the day). Empty: of whom it is not known. */
                utm_source?: string | null;
                /** @description Only visitors with this utm_medium (on their first view or click of the day). Empty: of whom it is not known. */
                utm_medium?: string | null;
                /** @description Only visitors with this utm_campaign (on their first view or click of the day). Empty: of whom it is not known. */
                utm_campaign?: string | null;
                /** @description Only visitors who clicked this link that day; their views, and its clicks. */
                link?: string | null;
                /** @description Count bots instead of people. Bots have no visitors. */
                bots?: boolean;
                /** @description First day, in the profile's time zone. Default: 30 days up to `to`. */
                from?: string | null;
                /** @description Last day, included. Default: today. At most 800 days in all. */
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As the breakdown of this dimension, with every value */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.apache.parquet": string;
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportAnalyticsBreakdownOs: {
        parameters: {
            query?: {
                /** @description Only visitors from this country (ISO 3166-1 alpha-2) (on their first view or click of the day). Empty: of whom it is not known. */
                country?: string | null;
                /** @description Only visitors from this region (on their first view or click of the day). Empty: of whom it is not known. */
                region?: string | null;
                /** @description Only visitors from this city (on their first view or click of the day). Empty: of whom it is not known. */
                city?: string | null;
                /** @description Only visitors with such a device (on their first view or click of the day). Empty: of whom it is not known. */
                device?: string | null;
                /** @description Only visitors with this browser (on their first view or click of the day). Empty: of whom it is not known. */
                browser?: string | null;
                /** @description Only visitors with this operating system (on their first view or click of the day). Empty: of whom it is not known. */
                os?: string | null;
                /** @description Only visitors who prefer this language (on their first view or click of the day). Empty: of whom it is not known. */
                language?: string | null;
                /** @description Only visitors who came from there. Empty: directly (on their first view or click of the day). Empty: of whom it is not known. */
                referrer?: string | null;
                /** @description Only visitors with this utm_source (on their first view or click of the day). Empty: of whom it is not known. */
                utm_source?: string | null;
                /** @description Only visitors with this utm_medium (on their first view or click of the day). Empty: of whom it is not known. */
                utm_medium?: string | null;
                /** @description Only visitors with this utm_campaign (on their first view or click of the day). Empty: of whom it is not known. */
                utm_campaign?: string | null;
                /** @description Only visitors who clicked this link that day; their views, and its clicks. */
                link?: string | null;
                /** @description Count bots instead of people. Bots have no visitors. */
                bots?: boolean;
                /** @description First day, in the profile's time zone. Default: 30 days up to `to`. */
                from?: string | null;
                /** @description Last day, included. Default: today. At most 800 days in all. */
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As the breakdown of this dimension, with every value */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportAnalyticsBreakdownOsParquet: {
        parameters: {
            query?: {
                /** @description Only visitors from this country (ISO 3166-1 alpha-2) (on their first view or click of the day). Empty: of whom it is not known. */
                country?: string | null;
                /** @description Only visitors from this region (on their first view or click of the day). Empty: of whom it is not known. */
                region?: string | null;
                /** @description Only visitors from this city (on their first view or click of the day). Empty: of whom it is not known. */
                city?: string | null;
                /** @description Only visitors with such a device (on their first view or click of the day). Empty: of whom it is not known. */
                device?: string | null;
                /** @description Only visitors with this browser (on their first view or click of the day). Empty: of whom it is not known. */
                browser?: string | null;
                /** @description Only visitors with this operating system (on their first view or click of the day). Empty: of whom it is not known. */
                os?: string | null;
                /** @description Only visitors who prefer this language (on their first view or click of the day). Empty: of whom it is not known. */
                language?: string | null;
                /** @description Only visitors who came from there. Empty: directly (on their first view or click of the day). Empty: of whom it is not known. */
                referrer?: string | null;
                /** @description Only visitors with this utm_source (on their first view or click of the day). Empty: of whom it is not known. */
                utm_source?: string | null;
                /** @description Only visitors with this utm_medium (on their first view or click of the day). Empty: of whom it is not known. */
                utm_medium?: string | null;
                /** @description Only visitors with this utm_campaign (on their first view or click of the day). Empty: of whom it is not known. */
                utm_campaign?: string | null;
                /** @description Only visitors who clicked this link that day; their views, and its clicks. */
                link?: string | null;
                /** @description Count bots instead of people. Bots have no visitors. */
                bots?: boolean;
                /** @description First day, in the profile's time zone. Default: 30 days up to `to`. */
                from?: string | null;
                /** @description Last day, included. Default: today. At most 800 days in all. */
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As the breakdown of this dimension, with every value */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.apache.parquet": string;
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportAnalyticsBreakdownLanguage: {
        parameters: {
            query?: {
                /** @description Only visitors from this country (ISO 3166-1 alpha-2) (on their first view or click of the day). Empty: of whom it is not known. */
                country?: string | null;
                /** @description Only visitors from this region (on their first view or click of the day). Empty: of whom it is not known. */
                region?: string | null;
                /** @description Only visitors from this city (on their first view or click of the day). Empty: of whom it is not known. */
                city?: string | null;
                /** @description Only visitors with such a device (on their first view or click of the day). Empty: of whom it is not known. */
                device?: string | null;
                /** @description Only visitors with this browser (on their first view or click of the day). Empty: of whom it is not known. */
                browser?: string | null;
                /** @description Only visitors with this operating system (on their first view or click of the day). Empty: of whom it is not known. */
                os?: string | null;
                /** @description Only visitors who prefer this language (on their first view or click of the day). Empty: of whom it is not known. */
                language?: string | null;
                /** @description Only visitors who came from there. Empty: directly (on their first view or click of the day). Empty: of whom it is not known. */
                referrer?: string | null;
                /** @description Only visitors with this utm_source (on their first view or click of the day). Empty: of whom it is not known. */
                utm_source?: string | null;
                /** @description Only visitors with this utm_medium (on their first view or click of the day). Empty: of whom it is not known. */
                utm_medium?: string | null;
                /** @description Only visitors with this utm_campaign (on their first view or click of the day). Empty: of whom it is not known. */
                utm_campaign?: string | null;
                /** @description Only visitors who clicked this link that day; their views, and its clicks. */
                link?: string | null;
                /** @description Count bots instead of people. Bots have no visitors. */
                bots?: boolean;
                /** @description First day, in the profile's time zone. Default: 30 days up to `to`. */
                from?: string | null;
                /** @description Last day, included. Default: today. At most 800 days in all. */
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As the breakdown of this dimension, with every value */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportAnalyticsBreakdownLanguageParquet: {
        parameters: {
            query?: {
                /** @description Only visitors from this country (ISO 3166-1 alpha-2) (on their first view or click of the day). Empty: of whom it is not known. */
                country?: string | null;
                /** @description Only visitors from this region (on their first view or click of the day). Empty: of whom it is not known. */
                region?: string | null;
                /** @description Only visitors from this city (on their first view or click of the day). Empty: of whom it is not known. */
                city?: string | null;
                /** @description Only visitors with such a device (on their first view or click of the day). Empty: of whom it is not known. */
                device?: string | null;
                /** @description Only visitors with this browser (on their first view or click of the day). Empty: of whom it is not known. */
                browser?: string | null;
                /** @description Only visitors with this operating system (on their first view or click of the day). Empty: of whom it is not known. */
                os?: string | null;
                /** @description Only visitors who prefer this language (on their first view or click of the day). Empty: of whom it is not known. */
                language?: string | null;
                /** @description Only visitors who came from there. Empty: directly (on their first view or click of the day). Empty: of whom it is not known. */
                referrer?: string | null;
                /** @description Only visitors with this utm_source (on their first view or click of the day). Empty: of whom it is not known. */
                utm_source?: string | null;
                /** @description Only visitors with this utm_medium (on their first view or click of the day). Empty: of whom it is not known. */
                utm_medium?: string | null;
                /** @description Only visitors with this utm_campaign (on their first view or click of the day). Empty: of whom it is not known. */
                utm_campaign?: string | null;
                /** @description Only visitors who clicked this link that day; their views, and its clicks. */
                link?: string | null;
                /** @description Count bots instead of people. Bots have no visitors. */
                bots?: boolean;
                /** @description First day, in the profile's time zone. Default: 30 days up to `to`. */
                from?: string | null;
                /** @description Last day, included. Default: today. At most 800 days in all. */
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As the breakdown of this dimension, with every value */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.apache.parquet": string;
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportAnalyticsBreakdownReferrer: {
        parameters: {
            query?: {
                /** @description Only visitors from this country (ISO 3166-1 alpha-2) (on their first view or click of the day). Empty: of whom it is not known. */
                country?: string | null;
                /** @description Only visitors from this region (on their first view or click of the day). Empty: of whom it is not known. */
                region?: string | null;
                /** @description Only visitors from this city (on their first view or click of the day). Empty: of whom it is not known. */
                city?: string | null;
                /** @description Only visitors with such a device (on their first view or click of the day). Empty: of whom it is not known. */
                device?: string | null;
                /** @description Only visitors with this browser (on their first view or click of the day). Empty: of whom it is not known. */
                browser?: string | null;
                /** @description Only visitors with this operating system (on their first view or click of the day). Empty: of whom it is not known. */
                os?: string | null;
                /** @description Only visitors who prefer this language (on their first view or click of the day). Empty: of whom it is not known. */
                language?: string | null;
                /** @description Only visitors who came from there. Empty: directly (on their first view or click of the day). Empty: of whom it is not known. */
                referrer?: string | null;
                /** @description Only visitors with this utm_source (on their first view or click of the day). Empty: of whom it is not known. */
                utm_source?: string | null;
                /** @description Only visitors with this utm_medium (on their first view or click of the day). Empty: of whom it is not known. */
                utm_medium?: string | null;
                /** @description Only visitors with this utm_campaign (on their first view or click of the day). Empty: of whom it is not known. */
                utm_campaign?: string | null;
                /** @description Only visitors who clicked this link that day; their views, and its clicks. */
                link?: string | null;
                /** @description Count bots instead of people. Bots have no visitors. */
                bots?: boolean;
                /** @description First day, in the profile's time zone. Default: 30 days up to `to`. */
                from?: string | null;
                /** @description Last day, included. Default: today. At most 800 days in all. */
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As the breakdown of this dimension, with every value */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportAnalyticsBreakdownReferrerParquet: {
        parameters: {
            query?: {
                /** @description Only visitors from this country (ISO 3166-1 alpha-2) (on their first view or click of the day). Empty: of whom it is not known. */
                country?: string | null;
                /** @description Only visitors from this region (on their first view or click of the day). Empty: of whom it is not known. */
                region?: string | null;
                /** @description Only visitors from this city (on their first view or click of the day). Empty: of whom it is not known. */
                city?: string | null;
                /** @description Only visitors with such a device (on their first view or click of the day). Empty: of whom it is not known. */
                device?: string | null;
                /** @description Only visitors with this browser (on their first view or click of the day). Empty: of whom it is not known. */
                browser?: string | null;
                /** @description Only visitors with this operating system (on their first view or click of the day). Empty: of whom it is not known. */
                os?: string | null;
                /** @description Only visitors who prefer this language (on their first view or click of the day). Empty: of whom it is not known. */
                language?: string | null;
                /** @description Only visitors who came from there. Empty: directly (on their first view or click of the day). Empty: of whom it is not known. */
                referrer?: string | null;
                /** @description Only visitors with this utm_source (on their first view or click of the day). Empty: of whom it is not known. */
                utm_source?: string | null;
                /** @description Only visitors with this utm_medium (on their first view or click of the day). Empty: of whom it is not known. */
                utm_medium?: string | null;
                /** @description Only visitors with this utm_campaign (on their first view or click of the day). Empty: of whom it is not known. */
                utm_campaign?: string | null;
                /** @description Only visitors who clicked this link that day; their views, and its clicks. */
                link?: string | null;
                /** @description Count bots instead of people. Bots have no visitors. */
                bots?: boolean;
                /** @description First day, in the profile's time zone. Default: 30 days up to `to`. */
                from?: string | null;
                /** @description Last day, included. Default: today. At most 800 days in all. */
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As the breakdown of this dimension, with every value */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.apache.parquet": string;
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportAnalyticsBreakdownUtmSource: {
        parameters: {
            query?: {
                /** @description Only visitors from this country (ISO 3166-1 alpha-2) (on their first view or click of the day). Empty: of whom it is not known. */
                country?: string | null;
                /** @description Only visitors from this region (on their first view or click of the day). Empty: of whom it is not known. */
                region?: string | null;
                /** @description Only visitors from this city (on their first view or click of the day). Empty: of whom it is not known. */
                city?: string | null;
                /** @description Only visitors with such a device (on their first view or click of the day). Empty: of whom it is not known. */
                device?: string | null;
                /** @description Only visitors with this browser (on their first view or click of the day). Empty: of whom it is not known. */
                browser?: string | null;
                /** @description Only visitors with this operating system (on their first view or click of the day). Empty: of whom it is not known. */
                os?: string | null;
                /** @description Only visitors who prefer this language (on their first view or click of the day). Empty: of whom it is not known. */
                language?: string | null;
                /** @description Only visitors who came from there. Empty: directly (on their first view or click of the day). Empty: of whom it is not known. */
                referrer?: string | null;
                /** @description Only visitors with this utm_source (on their first view or click of the day). Empty: of whom it is not known. */
                utm_source?: string | null;
                /** @description Only visitors with this utm_medium (on their first view or click of the day). Empty: of whom it is not known. */
                utm_medium?: string | null;
                /** @description Only visitors with this utm_campaign (on their first view or click of the day). Empty: of whom it is not known. */
                utm_campaign?: string | null;
                /** @description Only visitors who clicked this link that day; their views, and its clicks. */
                link?: string | null;
                /** @description Count bots instead of people. Bots have no visitors. */
                bots?: boolean;
                /** @description First day, in the profile's time zone. Default: 30 days up to `to`. */
                from?: string | null;
                /** @description Last day, included. Default: today. At most 800 days in all. */
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As the breakdown of this dimension, with every value */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportAnalyticsBreakdownUtmSourceParquet: {
        parameters: {
            query?: {
                /** @description Only visitors from this country (ISO 3166-1 alpha-2) (on their first view or click of the day). Empty: of whom it is not known. */
                country?: string | null;
                /** @description Only visitors from this region (on their first view or click of the day). Empty: of whom it is not known. */
                region?: string | null;
                /** @description Only visitors from this city (on their first view or click of the day). Empty: of whom it is not known. */
                city?: string | null;
                /** @description Only visitors with such a device (on their first view or click of the day). Empty: of whom it is not known. */
                device?: string | null;
                /** @description Only visitors with this browser (on their first view or click of the day). Empty: of whom it is not known. */
                browser?: string | null;
                /** @description Only visitors with this operating system (on their first view or click of the day). Empty: of whom it is not known. */
                os?: string | null;
                /** @description Only visitors who prefer this language (on their first view or click of the day). Empty: of whom it is not known. */
                language?: string | null;
                /** @description Only visitors who came from there. Empty: directly (on their first view or click of the day). Empty: of whom it is not known. */
                referrer?: string | null;
                /** @description Only visitors with this utm_source (on their first view or click of the day). Empty: of whom it is not known. */
                utm_source?: string | null;
                /** @description Only visitors with this utm_medium (on their first view or click of the day). Empty: of whom it is not known. */
                utm_medium?: string | null;
                /** @description Only visitors with this utm_campaign (on their first view or click of the day). Empty: of whom it is not known. */
                utm_campaign?: string | null;
                /** @description Only visitors who clicked this link that day; their views, and its clicks. */
                link?: string | null;
                /** @description Count bots instead of people. Bots have no visitors. */
                bots?: boolean;
                /** @description First day, in the profile's time zone. Default: 30 days up to `to`. */
                from?: string | null;
                /** @description Last day, included. Default: today. At most 800 days in all. */
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As the breakdown of this dimension, with every value */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.apache.parquet": string;
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportAnalyticsBreakdownUtmMedium: {
        parameters: {
            query?: {
                /** @description Only visitors from this country (ISO 3166-1 alpha-2) (on their first view or click of the day). Empty: of whom it is not known. */
                country?: string | null;
                /** @description Only visitors from this region (on their first view or click of the day). Empty: of whom it is not known. */
                region?: string | null;
                /** @description Only visitors from this city (on their first view or click of the day). Empty: of whom it is not known. */
                city?: string | null;
                /** @description Only visitors with such a device (on their first view or click of the day). Empty: of whom it is not known. */
                device?: string | null;
                /** @description Only visitors with this browser (on their first view or click of the day). Empty: of whom it is not known. */
                browser?: string | null;
                /** @description Only visitors with this operating system (on their first view or click of the day). Empty: of whom it is not known. */
                os?: string | null;
                /** @description Only visitors who prefer this language (on their first view or click of the day). Empty: of whom it is not known. */
                language?: string | null;
                /** @description Only visitors who came from there. Empty: directly (on their first view or click of the day). Empty: of whom it is not known. */
                referrer?: string | null;
                /** @description Only visitors with this utm_source (on their first view or click of the day). Empty: of whom it is not known. */
                utm_source?: string | null;
                /** @description Only visitors with this utm_medium (on their first view or click of the day). Empty: of whom it is not known. */
                utm_medium?: string | null;
                /** @description Only visitors with this utm_campaign (on their first view or click of the day). Empty: of whom it is not known. */
                utm_campaign?: string | null;
                /** @description Only visitors who clicked this link that day; their views, and its clicks. */
                link?: string | null;
                /** @description Count bots instead of people. Bots have no visitors. */
                bots?: boolean;
                /** @description First day, in the profile's time zone. Default: 30 days up to `to`. */
                from?: string | null;
                /** @description Last day, included. Default: today. At most 800 days in all. */
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As the breakdown of this dimension, with every value */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportAnalyticsBreakdownUtmMediumParquet: {
        parameters: {
            query?: {
                /** @description Only visitors from this country (ISO 3166-1 alpha-2) (on their first view or click of the day). Empty: of whom it is not known. */
                country?: string | null;
                /** @description Only visitors from this region (on their first view or click of the day). Empty: of whom it is not known. */
                region?: string | null;
                /** @description Only visitors from this city (on their first view or click of the day). Empty: of whom it is not known. */
                city?: string | null;
                /** @description Only visitors with such a device (on their first view or click of the day). Empty: of whom it is not known. */
                device?: string | null;
                /** @description Only visitors with this browser (on their first view or click of the day). Empty: of whom it is not known. */
                browser?: string | null;
                /** @description Only visitors with this operating system (on their first view or click of the day). Empty: of whom it is not known. */
                os?: string | null;
                /** @description Only visitors who prefer this language (on their first view or click of the day). Empty: of whom it is not known. */
                language?: string | null;
                /** @description Only visitors who came from there. Empty: directly (on their first view or click of the day). Empty: of whom it is not known. */
                referrer?: string | null;
                /** @description Only visitors with this utm_source (on their first view or click of the day). Empty: of whom it is not known. */
                utm_source?: string | null;
                /** @description Only visitors with this utm_medium (on their first view or click of the day). Empty: of whom it is not known. */
                utm_medium?: string | null;
                /** @description Only visitors with this utm_campaign (on their first view or click of the day). Empty: of whom it is not known. */
                utm_campaign?: string | null;
                /** @description Only visitors who clicked this link that day; their views, and its clicks. */
                link?: string | null;
                /** @description Count bots instead of people. Bots have no visitors. */
                bots?: boolean;
                /** @description First day, in the profile's time zone. Default: 30 days up to `to`. */
                from?: string | null;
                /** @description Last day, included. Default: today. At most 800 days in all. */
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As the breakdown of this dimension, with every value */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.apache.parquet": string;
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportAnalyticsBreakdownUtmCampaign: {
        parameters: {
            query?: {
                /** @description Only visitors from this country (ISO 3166-1 alpha-2) (on their first view or click of the day). Empty: of whom it is not known. */
                country?: string | null;
                /** @description Only visitors from this region (on their first view or click of the day). Empty: of whom it is not known. */
                region?: string | null;
                /** @description Only visitors from this city (on their first view or click of the day). Empty: of whom it is not known. */
                city?: string | null;
                /** @description Only visitors with such a device (on their first view or click of the day). Empty: of whom it is not known. */
                device?: string | null;
                /** @description Only visitors with this browser (on their first view or click of the day). Empty: of whom it is not known. */
                browser?: string | null;
                /** @description Only visitors with this operating system (on their first view or click of the day). Empty: of whom it is not known. */
                os?: string | null;
                /** @description Only visitors who prefer this language (on their first view or click of the day). Empty: of whom it is not known. */
                language?: string | null;
                /** @description Only visitors who came from there. Empty: directly (on their first view or click of the day). Empty: of whom it is not known. */
                referrer?: string | null;
                /** @description Only visitors with this utm_source (on their first view or click of the day). Empty: of whom it is not known. */
                utm_source?: string | null;
                /** @description Only visitors with this utm_medium (on their first view or click of the day). Empty: of whom it is not known. */
                utm_medium?: string | null;
                /** @description Only visitors with this utm_campaign (on their first view or click of the day). Empty: of whom it is not known. */
                utm_campaign?: string | null;
                /** @description Only visitors who clicked this link that day; their views, and its clicks. */
                link?: string | null;
                /** @description Count bots instead of people. Bots have no visitors. */
                bots?: boolean;
                /** @description First day, in the profile's time zone. Default: 30 days up to `to`. */
                from?: string | null;
                /** @description Last day, included. Default: today. At most 800 days in all. */
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As the breakdown of this dimension, with every value */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportAnalyticsBreakdownUtmCampaignParquet: {
        parameters: {
            query?: {
                /** @description Only visitors from this country (ISO 3166-1 alpha-2) (on their first view or click of the day). Empty: of whom it is not known. */
                country?: string | null;
                /** @description Only visitors from this region (on their first view or click of the day). Empty: of whom it is not known. */
                region?: string | null;
                /** @description Only visitors from this city (on their first view or click of the day). Empty: of whom it is not known. */
                city?: string | null;
                /** @description Only visitors with such a device (on their first view or click of the day). Empty: of whom it is not known. */
                device?: string | null;
                /** @description Only visitors with this browser (on their first view or click of the day). Empty: of whom it is not known. */
                browser?: string | null;
                /** @description Only visitors with this operating system (on their first view or click of the day). Empty: of whom it is not known. */
                os?: string | null;
                /** @description Only visitors who prefer this language (on their first view or click of the day). Empty: of whom it is not known. */
                language?: string | null;
                /** @description Only visitors who came from there. Empty: directly (on their first view or click of the day). Empty: of whom it is not known. */
                referrer?: string | null;
                /** @description Only visitors with this utm_source (on their first view or click of the day). Empty: of whom it is not known. */
                utm_source?: string | null;
                /** @description Only visitors with this utm_medium (on their first view or click of the day). Empty: of whom it is not known. */
                utm_medium?: string | null;
                /** @description Only visitors with this utm_campaign (on their first view or click of the day). Empty: of whom it is not known. */
                utm_campaign?: string | null;
                /** @description Only visitors who clicked this link that day; their views, and its clicks. */
                link?: string | null;
                /** @description Count bots instead of people. Bots have no visitors. */
                bots?: boolean;
                /** @description First day, in the profile's time zone. Default: 30 days up to `to`. */
                from?: string | null;
                /** @description Last day, included. Default: today. At most 800 days in all. */
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As the breakdown of this dimension, with every value */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.apache.parquet": string;
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportAnalyticsBreakdownLink: {
        parameters: {
            query?: {
                /** @description Only visitors from this country (ISO 3166-1 alpha-2) (on their first view or click of the day). Empty: of whom it is not known. */
                country?: string | null;
                /** @description Only visitors from this region (on their first view or click of the day). Empty: of whom it is not known. */
                region?: string | null;
                /** @description Only visitors from this city (on their first view or click of the day). Empty: of whom it is not known. */
                city?: string | null;
                /** @description Only visitors with such a device (on their first view or click of the day). Empty: of whom it is not known. */
                device?: string | null;
                /** @description Only visitors with this browser (on their first view or click of the day). Empty: of whom it is not known. */
                browser?: string | null;
                /** @description Only visitors with this operating system (on their first view or click of the day). Empty: of whom it is not known. */
                os?: string | null;
                /** @description Only visitors who prefer this language (on their first view or click of the day). Empty: of whom it is not known. */
                language?: string | null;
                /** @description Only visitors who came from there. Empty: directly (on their first view or click of the day). Empty: of whom it is not known. */
                referrer?: string | null;
                /** @description Only visitors with this utm_source (on their first view or click of the day). Empty: of whom it is not known. */
                utm_source?: string | null;
                /** @description Only visitors with this utm_medium (on their first view or click of the day). Empty: of whom it is not known. */
                utm_medium?: string | null;
                /** @description Only visitors with this utm_campaign (on their first view or click of the day). Empty: of whom it is not known. */
                utm_campaign?: string | null;
                /** @description Only visitors who clicked this link that day; their views, and its clicks. */
                link?: string | null;
                /** @description Count bots instead of people. Bots have no visitors. */
                bots?: boolean;
                /** @description First day, in the profile's time zone. Default: 30 days up to `to`. */
                from?: string | null;
                /** @description Last day, included. Default: today. At most 800 days in all. */
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As the breakdown of this dimension, with every value */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportAnalyticsBreakdownLinkParquet: {
        parameters: {
            query?: {
                /** @description Only visitors from this country (ISO 3166-1 alpha-2) (on their first view or click of the day). Empty: of whom it is not known. */
                country?: string | null;
                /** @description Only visitors from this region (on their first view or click of the day). Empty: of whom it is not known. */
                region?: string | null;
                /** @description Only visitors from this city (on their first view or click of the day). Empty: of whom it is not known. */
                city?: string | null;
                /** @description Only visitors with such a device (on their first view or click of the day). Empty: of whom it is not known. */
                device?: string | null;
                /** @description Only visitors with this browser (on their first view or click of the day). Empty: of whom it is not known. */
                browser?: string | null;
                /** @description Only visitors with this operating system (on their first view or click of the day). Empty: of whom it is not known. */
                os?: string | null;
                /** @description Only visitors who prefer this language (on their first view or click of the day). Empty: of whom it is not known. */
                language?: string | null;
                /** @description Only visitors who came from there. Empty: directly (on their first view or click of the day). Empty: of whom it is not known. */
                referrer?: string | null;
                /** @description Only visitors with this utm_source (on their first view or click of the day). Empty: of whom it is not known. */
                utm_source?: string | null;
                /** @description Only visitors with this utm_medium (on their first view or click of the day). Empty: of whom it is not known. */
                utm_medium?: string | null;
                /** @description Only visitors with this utm_campaign (on their first view or click of the day). Empty: of whom it is not known. */
                utm_campaign?: string | null;
                /** @description Only visitors who clicked this link that day; their views, and its clicks. */
                link?: string | null;
                /** @description Count bots instead of people. Bots have no visitors. */
                bots?: boolean;
                /** @description First day, in the profile's time zone. Default: 30 days up to `to`. */
                from?: string | null;
                /** @description Last day, included. Default: today. At most 800 days in all. */
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As the breakdown of this dimension, with every value */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.apache.parquet": string;
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportAnalyticsBreakdownBot: {
        parameters: {
            query?: {
                /** @description Only visitors from this country (ISO 3166-1 alpha-2) (on their first view or click of the day). Empty: of whom it is not known. */
                country?: string | null;
                /** @description Only visitors from this region (on their first view or click of the day). Empty: of whom it is not known. */
                region?: string | null;
                /** @description Only visitors from this city (on their first view or click of the day). Empty: of whom it is not known. */
                city?: string | null;
                /** @description Only visitors with such a device (on their first view or click of the day). Empty: of whom it is not known. */
                device?: string | null;
                /** @description Only visitors with this browser (on their first view or click of the day). Empty: of whom it is not known. */
                browser?: string | null;
                /** @description Only visitors with this operating system (on their first view or click of the day). Empty: of whom it is not known. */
                os?: string | null;
                /** @description Only visitors who prefer this language (on their first view or click of the day). Empty: of whom it is not known. */
                language?: string | null;
                /** @description Only visitors who came from there. Empty: directly (on their first view or click of the day). Empty: of whom it is not known. */
                referrer?: string | null;
                /** @description Only visitors with this utm_source (on their first view or click of the day). Empty: of whom it is not known. */
                utm_source?: string | null;
                /** @description Only visitors with this utm_medium (on their first view or click of the day). Empty: of whom it is not known. */
                utm_medium?: string | null;
                /** @description Only visitors with this utm_campaign (on their first view or click of the day). Empty: of whom it is not known. */
                utm_campaign?: string | null;
                /** @description Only visitors who clicked this link that day; their views, and its clicks. */
                link?: string | null;
                /** @description Count bots instead of people. Bots have no visitors. */
                bots?: boolean;
                /** @description First day, in the profile's time zone. Default: 30 days up to `to`. */
                from?: string | null;
                /** @description Last day, included. Default: today. At most 800 days in all. */
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As the breakdown of this dimension, with every value */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportAnalyticsBreakdownBotParquet: {
        parameters: {
            query?: {
                /** @description Only visitors from this country (ISO 3166-1 alpha-2) (on their first view or click of the day). Empty: of whom it is not known. */
                country?: string | null;
                /** @description Only visitors from this region (on their first view or click of the day). Empty: of whom it is not known. */
                region?: string | null;
                /** @description Only visitors from this city (on their first view or click of the day). Empty: of whom it is not known. */
                city?: string | null;
                /** @description Only visitors with such a device (on their first view or click of the day). Empty: of whom it is not known. */
                device?: string | null;
                /** @description Only visitors with this browser (on their first view or click of the day). Empty: of whom it is not known. */
                browser?: string | null;
                /** @description Only visitors with this operating system (on their first view or click of the day). Empty: of whom it is not known. */
                os?: string | null;
                /** @description Only visitors who prefer this language (on their first view or click of the day). Empty: of whom it is not known. */
                language?: string | null;
                /** @description Only visitors who came from there. Empty: directly (on their first view or click of the day). Empty: of whom it is not known. */
                referrer?: string | null;
                /** @description Only visitors with this utm_source (on their first view or click of the day). Empty: of whom it is not known. */
                utm_source?: string | null;
                /** @description Only visitors with this utm_medium (on their first view or click of the day). Empty: of whom it is not known. */
                utm_medium?: string | null;
                /** @description Only visitors with this utm_campaign (on their first view or click of the day). Empty: of whom it is not known. */
                utm_campaign?: string | null;
                /** @description Only visitors who clicked this link that day; their views, and its clicks. */
                link?: string | null;
                /** @description Count bots instead of people. Bots have no visitors. */
                bots?: boolean;
                /** @description First day, in the profile's time zone. Default: 30 days up to `to`. */
                from?: string | null;
                /** @description Last day, included. Default: today. At most 800 days in all. */
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As the breakdown of this dimension, with every value */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.apache.parquet": string;
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getUsage: {
        parameters: {
            query?: {
                /** @description How far back; up to 2 days by the hour. */
                days?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Usage"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWeeklyMail: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The switch, and when the next mail is due */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WeeklyMail"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setWeeklyMail: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WeeklyMailChange"];
            };
        };
        responses: {
            /** @description The switch, and when the next mail is due */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WeeklyMail"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unsubscribeWeeklyMail: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getStatus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Status"];
                };
            };
            /** @description A problem, with what to do about it */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
