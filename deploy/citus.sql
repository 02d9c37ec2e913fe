-- Distributes the schema over a Citus cluster. Run it once, as the owner, on the coordinator, after the service has
-- migrated the database and before the first parcel (later works too, but moves the data while it holds locks):
--
--     psql "$DATABASE_URL" -v ON_ERROR_STOP=1 -f deploy/citus.sql
--
-- A test compares this file with the tables (each once, by the column that its description marks) and with the
-- statements that the service sends (tests/services/distribution). It was never run on a cluster by us: docs/scaling.md
-- says what is known, what was measured on three nodes by others, and which statements have to be rewritten first.
--
-- Before: CREATE EXTENSION citus on every node, the nodes added, and the role tongguan_service known to all of them.
-- Months to come (app/migrations.py) are partitions of distributed tables: Citus distributes them when they are made.

SET citus.shard_count = 32;

-- Registers: small, read by every unit of work, written by the command line only. A copy on every node.
SELECT create_reference_table('parties');
SELECT create_reference_table('party_roles');
SELECT create_reference_table('party_standings');
SELECT create_reference_table('mandates');
SELECT create_reference_table('api_keys');
SELECT create_reference_table('reference_versions');
SELECT create_reference_table('reference_current');
SELECT create_reference_table('reference_epoch');
SELECT create_reference_table('rule_books');
SELECT create_reference_table('lane_names');

-- Officers and how they come in: small, read at every page, written at sign-in and by administrators.
SELECT create_reference_table('officers');
SELECT create_reference_table('officer_logins');
SELECT create_reference_table('officer_subjects');
SELECT create_reference_table('officer_sessions');
SELECT create_reference_table('officer_links');
SELECT create_reference_table('officer_recovery_codes');
SELECT create_reference_table('sign_in_failures');
SELECT create_reference_table('openid_states');

-- Risk profiles: small; what they refer to is on the same node, so their foreign keys hold.
SELECT create_reference_table('profile_versions');
SELECT create_reference_table('profile_steps');
SELECT create_reference_table('profile_proposals');
SELECT create_reference_table('profile_approvals');
SELECT create_reference_table('profile_current');
SELECT create_reference_table('profile_rehearsals');
SELECT create_reference_table('profile_shadows');

-- Drafts of tables with their rehearsals and answers, published draws, verifications: small, written by officers.
SELECT create_reference_table('table_drafts');
SELECT create_reference_table('table_draft_parts');
SELECT create_reference_table('table_rehearsal_requests');
SELECT create_reference_table('table_rehearsals');
SELECT create_reference_table('table_draft_answers');
SELECT create_reference_table('sampling_commitments');
SELECT create_reference_table('sampling_secrets');
SELECT create_reference_table('audit_verifications');

-- What officers keep beside the cases: small.
SELECT create_reference_table('queue_views');
SELECT create_reference_table('snoozes');
SELECT create_reference_table('on_duty');

-- Parcels: everything that is known by a declaration (or by a waybill or payment, whose names are hashes alike) lies
-- together, so that joins by it stay on one node.
SELECT create_distributed_table('declarations', 'declaration_id', colocate_with => 'none');
SELECT create_distributed_table('transitions', 'declaration_id', colocate_with => 'declarations');
SELECT create_distributed_table('assessments', 'declaration_id', colocate_with => 'declarations');
SELECT create_distributed_table('cases', 'declaration_id', colocate_with => 'declarations');
SELECT create_distributed_table('proposals', 'declaration_id', colocate_with => 'declarations');
SELECT create_distributed_table('proposal_answers', 'declaration_id', colocate_with => 'declarations');
SELECT create_distributed_table('case_entries', 'declaration_id', colocate_with => 'declarations');
SELECT create_distributed_table('attachments', 'declaration_id', colocate_with => 'declarations');
SELECT create_distributed_table('documents', 'subject_id', colocate_with => 'declarations');
SELECT create_distributed_table('data_keys', 'subject_id', colocate_with => 'declarations');
SELECT create_distributed_table('waybills', 'waybill_id', colocate_with => 'declarations');
SELECT create_distributed_table('payments', 'payment_id', colocate_with => 'declarations');
SELECT create_distributed_table('signed_messages', 'message_id', colocate_with => 'declarations');

-- Buyers: the balance is locked where its ledger is written.
SELECT create_distributed_table('limit_balances', 'buyer_index', colocate_with => 'none');
SELECT create_distributed_table('limit_ledger', 'buyer_index', colocate_with => 'limit_balances');

-- Articles.
SELECT create_distributed_table('item_prices', 'item_index', colocate_with => 'none');

-- Lanes: a link lies where its lane is moved.
SELECT create_distributed_table('lanes', 'lane', colocate_with => 'none');
SELECT create_distributed_table('events', 'lane', colocate_with => 'lanes');
SELECT create_distributed_table('case_tallies', 'lane', colocate_with => 'lanes');

-- Parties' feeds and idempotency keys.
SELECT create_distributed_table('deliveries', 'party_code', colocate_with => 'none');
SELECT create_distributed_table('idempotency_keys', 'party_code', colocate_with => 'deliveries');

-- Numbers that are given once for ever, and the blocks that they come from.
SELECT create_distributed_table('number_claims', 'number', colocate_with => 'none');
SELECT create_distributed_table('number_blocks', 'series', colocate_with => 'none');

-- Statistics: small, written by one process at a time.
SELECT create_distributed_table('statistics', 'district', colocate_with => 'none');
SELECT create_distributed_table('statistics_places', 'lane', colocate_with => 'lanes');

-- How far risk profiles have followed; what they hit lies with the declarations, whose fate is asked with it.
SELECT create_distributed_table('profile_hits', 'declaration_id', colocate_with => 'declarations');
SELECT create_distributed_table('profile_places', 'lane', colocate_with => 'lanes');
