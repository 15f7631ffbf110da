/**
 * The keys of a 3.10 `rabbitmq.conf`, as data. `*` stands for one name of the user's choice. The few that the simulator
 * models are in `build/config.ts`; these here are RabbitMQ's own without having a model.
 */

/** Keys that a scenario has a place of its own for, and that place. */
export const keysElsewhere: ReadonlyMap<string, string> = new Map([
  ['cluster_partition_handling', 'write cluster_partition_handling at the top level of the scenario'],
  [
    'cluster_partition_handling.pause_if_all_down.recover',
    'write cluster_partition_handling at the top level of the scenario',
  ],
  [
    'cluster_partition_handling.pause_if_all_down.nodes.*',
    'write cluster_partition_handling at the top level of the scenario',
  ],
  ['net_ticktime', 'write net_ticktime at the top level of the scenario'],
]);

const text = `
listeners.tcp listeners.tcp.* listeners.ssl listeners.ssl.* num_acceptors.tcp num_acceptors.ssl reverse_dns_lookups
handshake_timeout ssl_handshake_timeout loopback_users loopback_users.* socket_writer.gc_threshold
ssl_options ssl_options.verify ssl_options.fail_if_no_peer_cert ssl_options.cacertfile ssl_options.certfile ssl_options.keyfile
ssl_options.password ssl_options.depth ssl_options.dh ssl_options.dhfile ssl_options.honor_cipher_order
ssl_options.honor_ecc_order ssl_options.client_renegotiation ssl_options.secure_renegotiate ssl_options.psk_identity
ssl_options.reuse_sessions ssl_options.versions.* ssl_options.ciphers.* ssl_options.bypass_pem_cache ssl_cert_login_from
tcp_listen_options.backlog tcp_listen_options.nodelay tcp_listen_options.buffer tcp_listen_options.delay_send
tcp_listen_options.dontroute tcp_listen_options.exit_on_close tcp_listen_options.fd tcp_listen_options.high_msgq_watermark
tcp_listen_options.high_watermark tcp_listen_options.keepalive tcp_listen_options.low_msgq_watermark
tcp_listen_options.low_watermark tcp_listen_options.port tcp_listen_options.priority tcp_listen_options.recbuf
tcp_listen_options.send_timeout tcp_listen_options.send_timeout_close tcp_listen_options.sndbuf tcp_listen_options.tos
tcp_listen_options.linger.on tcp_listen_options.linger.timeout
auth_backends.* auth_backends.*.authn auth_backends.*.authz auth_mechanisms.* password_hashing_module
credential_validator.validation_backend credential_validator.min_length credential_validator.regexp
default_vhost default_user default_pass default_user_tags.* default_permissions.configure default_permissions.read
default_permissions.write
default_policies.operator.*.vhost_pattern default_policies.operator.*.queue_pattern default_policies.operator.*.expires
default_policies.operator.*.message_ttl default_policies.operator.*.max_length default_policies.operator.*.max_length_bytes
default_policies.operator.*.max_in_memory_length default_policies.operator.*.max_in_memory_bytes
default_policies.operator.*.delivery_limit default_policies.operator.*.classic_queues.ha_mode
default_policies.operator.*.classic_queues.ha_params default_policies.operator.*.classic_queues.ha_sync_mode
load_definitions definitions.import_backend definitions.skip_if_unchanged definitions.local.path definitions.https.url
frame_max initial_frame_max connection_max
default_consumer_prefetch channel_tick_interval
vm_memory_high_watermark_paging_ratio vm_memory_calculation_strategy memory_monitor_interval total_memory_available_override_value
raft.segment_max_entries raft.wal_max_size_bytes raft.wal_max_entries raft.wal_hibernate_after raft.wal_max_batch_size
raft.snapshot_chunk_size raft.data_dir raft.adaptive_failure_detector.poll_interval
quorum_queue.property_equivalence.relaxed_checks_on_redeclaration quorum_cluster_size quorum_commands_soft_limit
quorum_tick_interval queue_leader_locator
classic_queue.default_version queue_index_embed_msgs_below queue_index_max_journal_entries msg_store_credit_disc_bound
msg_store_file_size_limit msg_store_io_batch_size msg_store_shutdown_timeout lazy_queue_explicit_gc_run_operation_threshold
queue_explicit_gc_run_operation_threshold background_gc_enabled background_gc_target_interval
slave_wait_timeout
cluster_name cluster_formation.peer_discovery_backend cluster_formation.classic_config.nodes.*
cluster_formation.dns.hostname cluster_formation.node_type cluster_formation.node_cleanup.interval
cluster_formation.node_cleanup.only_log_warning cluster_formation.randomized_startup_delay_range.min
cluster_formation.randomized_startup_delay_range.max cluster_formation.lock_retry_limit cluster_formation.lock_retry_timeout
cluster_formation.discovery_retry_limit cluster_formation.discovery_retry_interval cluster_formation.internal_lock_retries
cluster_formation.consul.host cluster_formation.consul.port cluster_formation.consul.scheme cluster_formation.consul.svc
cluster_formation.consul.svc_ttl cluster_formation.consul.cluster_name cluster_formation.etcd.endpoints.*
cluster_formation.etcd.key_prefix cluster_formation.etcd.cluster_name cluster_formation.k8s.host
cluster_formation.k8s.address_type cluster_formation.k8s.service_name cluster_formation.k8s.hostname_suffix
cluster_formation.aws.region cluster_formation.aws.use_autoscaling_group cluster_formation.aws.instance_tags.*
cluster_formation.target_cluster_size_hint
autoheal_state_transition_timeout distribution.listener.interface
distribution.listener.port_range.min distribution.listener.port_range.max erlang.K
collect_statistics collect_statistics_interval delegate_count tracking_execution_timeout
proxy_protocol product.name product.version motd_file
trace_vhosts.* feature_flags_file
log.dir log.file log.file.level log.file.formatter log.file.rotation.date log.file.rotation.size log.file.rotation.count
log.console log.console.level log.console.formatter log.console.stdio log.exchange log.exchange.level log.exchange.formatter
log.journald log.journald.level log.syslog log.syslog.level log.syslog.host log.syslog.port log.syslog.transport
log.syslog.protocol log.syslog.facility log.syslog.identity log.default.level log.connection.level log.channel.level
log.queue.level log.mirroring.level log.federation.level log.upgrade.level log.ra.level log.connection.file
log.queue.file log.upgrade.file log.prometheus.level log.shovel.level log.feature_flags.level
management.tcp.port management.tcp.ip management.ssl.port management.ssl.cacertfile management.ssl.certfile
management.ssl.keyfile management.load_definitions management.http_log_dir management.path_prefix
management.rates_mode management.sample_retention_policies.*.* management.disable_stats management.enable_queue_totals
management.cors.allow_origins.* management.cors.max_age management.login_session_timeout
management_agent.disable_metrics_collector prometheus.tcp.port prometheus.tcp.ip prometheus.path
prometheus.return_per_object_metrics
mqtt.listeners.tcp.* mqtt.default_user mqtt.default_pass mqtt.allow_anonymous mqtt.vhost mqtt.exchange mqtt.prefetch
mqtt.subscription_ttl mqtt.durable_queue_args.* stomp.listeners.tcp.* stomp.default_user stomp.default_pass
stomp.implicit_connect amqp1_0.default_user amqp1_0.default_vhost amqp1_0.protocol_strict_mode
stream.listeners.tcp.* stream.initial_credits stream.credits_required_for_unblocking stream.frame_max stream.heartbeat
auth_ldap.servers.* auth_ldap.port auth_ldap.user_dn_pattern auth_ldap.timeout auth_ldap.use_ssl
auth_oauth2.resource_server_id auth_oauth2.default_key auth_http.user_path auth_http.vhost_path auth_http.resource_path
`;

/** In no particular order. */
export const unmodelledKeys: readonly string[] = text.trim().split(/\s+/);

/** Whether a key is one of RabbitMQ's that nothing models. */
export function isUnmodelledKey(key: string): boolean {
  return unmodelledKeys.some((known) => matchesKey(known, key));
}

/** The place of a key that a scenario writes elsewhere, as a hint. */
export function placeElsewhere(key: string): string | undefined {
  for (const [known, hint] of keysElsewhere) if (matchesKey(known, key)) return hint;
  return undefined;
}

function matchesKey(known: string, key: string): boolean {
  if (!known.includes('*')) return known === key;
  const steps = key.split('.');
  const knownSteps = known.split('.');
  return (
    steps.length === knownSteps.length && knownSteps.every((step, at) => step === '*' || step === steps[at])
  );
}
