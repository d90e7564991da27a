-- Requests for help stand beside the facts of members; their columns are in the document.

-- migrate:up
create index referral_by_due on member_fact (coalesce(at, '9999-12-31T00:00:00+00:00'), id) where kind = 'referral';
create index referral_by_state on member_fact ((document ->> 'state')) where kind = 'referral';
create index referral_of_network on member_fact ((document ->> 'network')) where kind = 'referral';

-- migrate:down
drop index referral_of_network;
drop index referral_by_state;
drop index referral_by_due;
