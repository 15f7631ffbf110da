/**
 * The keys of a 3.10 `rabbitmq.conf`, as data. `*` stands for one name of the user's choice, `**` at the end for any further steps. The few that the simulator
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
handshake_timeout ssl_handshake_timeout loopback_users loopback_users.* socket_writer.gc_threshold ssl_options ssl_options.verify
ssl_options.fail_if_no_peer_cert ssl_options.cacertfile ssl_options.certfile ssl_options.keyfile ssl_options.password
ssl_options.depth ssl_options.dh ssl_options.dhfile ssl_options.honor_cipher_order ssl_options.honor_ecc_order
ssl_options.client_renegotiation ssl_options.secure_renegotiate ssl_options.psk_identity ssl_options.reuse_sessions
ssl_options.versions.* ssl_options.ciphers.* ssl_options.bypass_pem_cache ssl_cert_login_from tcp_listen_options.backlog
tcp_listen_options.nodelay tcp_listen_options.buffer tcp_listen_options.delay_send tcp_listen_options.dontroute
tcp_listen_options.exit_on_close tcp_listen_options.fd tcp_listen_options.high_msgq_watermark tcp_listen_options.high_watermark
tcp_listen_options.keepalive tcp_listen_options.low_msgq_watermark tcp_listen_options.low_watermark tcp_listen_options.port
tcp_listen_options.priority tcp_listen_options.recbuf tcp_listen_options.send_timeout tcp_listen_options.send_timeout_close
tcp_listen_options.sndbuf tcp_listen_options.tos tcp_listen_options.linger.on tcp_listen_options.linger.timeout auth_backends.*
auth_backends.*.authn auth_backends.*.authz auth_mechanisms.* password_hashing_module credential_validator.validation_backend
credential_validator.min_length credential_validator.regexp default_vhost default_user default_pass default_user_tags.*
default_permissions.configure default_permissions.read default_permissions.write load_definitions definitions.import_backend
definitions.skip_if_unchanged definitions.local.path definitions.https.url frame_max initial_frame_max connection_max
vm_memory_high_watermark_paging_ratio vm_memory_calculation_strategy memory_monitor_interval total_memory_available_override_value
raft.segment_max_entries raft.wal_max_size_bytes raft.wal_max_entries raft.wal_hibernate_after raft.wal_max_batch_size
raft.snapshot_chunk_size raft.data_dir queue_leader_locator classic_queue.default_version queue_index_embed_msgs_below
background_gc_enabled background_gc_target_interval cluster_name cluster_formation.peer_discovery_backend
cluster_formation.classic_config.nodes.* cluster_formation.dns.hostname cluster_formation.node_type
cluster_formation.node_cleanup.interval cluster_formation.node_cleanup.only_log_warning
cluster_formation.randomized_startup_delay_range.min cluster_formation.randomized_startup_delay_range.max
cluster_formation.lock_retry_limit cluster_formation.lock_retry_timeout cluster_formation.discovery_retry_limit
cluster_formation.discovery_retry_interval cluster_formation.internal_lock_retries cluster_formation.consul.host
cluster_formation.consul.port cluster_formation.consul.scheme cluster_formation.consul.svc cluster_formation.consul.svc_ttl
cluster_formation.consul.cluster_name cluster_formation.etcd.endpoints.* cluster_formation.etcd.key_prefix
cluster_formation.etcd.cluster_name cluster_formation.k8s.host cluster_formation.k8s.address_type cluster_formation.k8s.service_name
cluster_formation.k8s.hostname_suffix cluster_formation.aws.region cluster_formation.aws.use_autoscaling_group
cluster_formation.aws.instance_tags.* cluster_formation.target_cluster_size_hint distribution.listener.interface
distribution.listener.port_range.min distribution.listener.port_range.max erlang.K collect_statistics collect_statistics_interval
delegate_count proxy_protocol product.name product.version motd_file log.dir log.file log.file.level log.file.formatter
log.file.rotation.date log.file.rotation.size log.file.rotation.count log.console log.console.level log.console.formatter
log.console.stdio log.exchange log.exchange.level log.exchange.formatter log.journald log.journald.level log.syslog log.syslog.level
log.syslog.host log.syslog.port log.syslog.transport log.syslog.protocol log.syslog.facility log.syslog.identity log.default.level
log.connection.level log.channel.level log.queue.level log.mirroring.level log.federation.level log.upgrade.level log.ra.level
log.connection.file log.queue.file log.upgrade.file management.tcp.port management.tcp.ip management.ssl.port
management.ssl.cacertfile management.ssl.certfile management.ssl.keyfile management.load_definitions management.http_log_dir
management.path_prefix management.rates_mode management.sample_retention_policies.*.* management.disable_stats
management.enable_queue_totals management.cors.allow_origins.* management.cors.max_age management.login_session_timeout
management_agent.disable_metrics_collector prometheus.tcp.port prometheus.tcp.ip prometheus.path
prometheus.return_per_object_metrics mqtt.listeners.tcp.* mqtt.default_user mqtt.default_pass mqtt.allow_anonymous mqtt.vhost
mqtt.exchange mqtt.prefetch mqtt.subscription_ttl stomp.listeners.tcp.* stomp.default_user stomp.default_pass stomp.implicit_connect
amqp1_0.default_user amqp1_0.default_vhost amqp1_0.protocol_strict_mode stream.listeners.tcp.* stream.initial_credits
stream.credits_required_for_unblocking stream.frame_max stream.heartbeat auth_ldap.servers.* auth_ldap.port
auth_ldap.user_dn_pattern auth_ldap.timeout auth_ldap.use_ssl auth_http.user_path auth_http.vhost_path auth_http.resource_path
auth_cache.cache_module auth_cache.cache_refusals auth_cache.cache_ttl auth_cache.cached_backend auth_cache.cached_backend.authn
auth_cache.cached_backend.authz auth_http.connection_timeout auth_http.http_method auth_http.request_timeout auth_http.topic_path
auth_ldap.connection_pool_size auth_ldap.dn_lookup_attribute auth_ldap.dn_lookup_base auth_ldap.dn_lookup_bind
auth_ldap.dn_lookup_bind.password auth_ldap.dn_lookup_bind.user_dn auth_ldap.group_lookup_base auth_ldap.idle_timeout auth_ldap.log
auth_ldap.other_bind auth_ldap.other_bind.password auth_ldap.other_bind.user_dn auth_ldap.servers auth_ldap.ssl_options
auth_ldap.ssl_options.** auth_ldap.use_starttls auth_ldap.user_bind_pattern aws.prefer_imdsv2 cluster_formation.aws.access_key_id
cluster_formation.aws.instance_tags cluster_formation.aws.secret_key cluster_formation.aws.use_private_ip
cluster_formation.consul.acl_token cluster_formation.consul.deregister_after cluster_formation.consul.domain_suffix
cluster_formation.consul.include_nodes_with_warnings cluster_formation.consul.lock_prefix cluster_formation.consul.lock_timeout
cluster_formation.consul.lock_wait_time cluster_formation.consul.ssl_options cluster_formation.consul.ssl_options.**
cluster_formation.consul.svc_addr cluster_formation.consul.svc_addr_auto cluster_formation.consul.svc_addr_nic
cluster_formation.consul.svc_addr_use_nodename cluster_formation.consul.svc_meta cluster_formation.consul.svc_meta.*
cluster_formation.consul.svc_port cluster_formation.consul.svc_tags cluster_formation.consul.svc_tags.*
cluster_formation.consul.use_longname cluster_formation.etcd.endpoints cluster_formation.etcd.host
cluster_formation.etcd.lock_timeout cluster_formation.etcd.lock_wait_time cluster_formation.etcd.node_ttl
cluster_formation.etcd.password cluster_formation.etcd.port cluster_formation.etcd.scheme cluster_formation.etcd.ssl_options
cluster_formation.etcd.ssl_options.** cluster_formation.etcd.username cluster_formation.k8s.cert_path
cluster_formation.k8s.namespace_path cluster_formation.k8s.port cluster_formation.k8s.scheme cluster_formation.k8s.token_path
cluster_formation.proxy.http_proxy cluster_formation.proxy.https_proxy cluster_formation.proxy.proxy_exclusions.*
default_worker_pool_size definitions.hashing.algorithm definitions.tls.** event_exchange.vhost hipe_compile log.channel.file
log.channel.rotation.** log.connection.rotation.** log.console.color_esc_seqs.** log.console.formatter.json.**
log.console.formatter.level_format log.console.formatter.plaintext.format log.console.formatter.single_line
log.console.formatter.time_format log.console.use_colors log.default.rotation.** log.exchange.formatter.json.**
log.exchange.formatter.level_format log.exchange.formatter.plaintext.format log.exchange.formatter.single_line
log.exchange.formatter.time_format log.federation.file log.federation.rotation.** log.file.formatter.json.**
log.file.formatter.level_format log.file.formatter.plaintext.format log.file.formatter.single_line log.file.formatter.time_format
log.file.rotation.compress log.journald.fields log.mirroring.file log.mirroring.rotation.** log.queue.rotation.** log.ra.file
log.ra.rotation.** log.syslog.formatter log.syslog.formatter.json.** log.syslog.formatter.level_format
log.syslog.formatter.plaintext.format log.syslog.formatter.single_line log.syslog.formatter.time_format log.syslog.ip
log.syslog.multiline_mode log.syslog.ssl_options.** log.upgrade.rotation.** management.cors.allow_origins management.csp.policy
management.db_cache_multiplier management.disable_basic_auth management.enable_uaa management.headers.content_type_options
management.headers.frame_options management.headers.xss_protection management.hsts.policy management.listener.ip
management.listener.port management.listener.server.compress management.listener.server.idle_timeout
management.listener.server.inactivity_timeout management.listener.server.max_keepalive management.listener.server.request_timeout
management.listener.server.shutdown_timeout management.listener.ssl management.listener.ssl_opts management.listener.ssl_opts.**
management.ssl.backlog management.ssl.ciphers.* management.ssl.client_renegotiation management.ssl.compress management.ssl.depth
management.ssl.fail_if_no_peer_cert management.ssl.honor_cipher_order management.ssl.honor_ecc_order management.ssl.idle_timeout
management.ssl.inactivity_timeout management.ssl.ip management.ssl.max_keepalive management.ssl.password
management.ssl.request_timeout management.ssl.reuse_sessions management.ssl.secure_renegotiate management.ssl.shutdown_timeout
management.ssl.verify management.ssl.versions.* management.tcp.compress management.tcp.idle_timeout
management.tcp.inactivity_timeout management.tcp.max_keepalive management.tcp.request_timeout management.tcp.shutdown_timeout
management.uaa_client_id management.uaa_location management_agent.filter_aggregated_queue_metrics_pattern
message_store_shutdown_timeout mqtt.durable_queue_type mqtt.listeners.ssl mqtt.listeners.ssl.* mqtt.listeners.tcp mqtt.login_timeout
mqtt.num_acceptors.ssl mqtt.num_acceptors.tcp mqtt.proxy_protocol mqtt.retained_message_store
mqtt.retained_message_store_dets_sync_interval mqtt.sparkplug mqtt.ssl_cert_login mqtt.tcp_listen_options mqtt.tcp_listen_options.**
prometheus.filter_aggregated_queue_metrics_pattern prometheus.ssl.backlog prometheus.ssl.cacertfile prometheus.ssl.certfile
prometheus.ssl.ciphers.* prometheus.ssl.client_renegotiation prometheus.ssl.compress prometheus.ssl.depth
prometheus.ssl.fail_if_no_peer_cert prometheus.ssl.honor_cipher_order prometheus.ssl.honor_ecc_order prometheus.ssl.idle_timeout
prometheus.ssl.inactivity_timeout prometheus.ssl.ip prometheus.ssl.keyfile prometheus.ssl.max_keepalive prometheus.ssl.password
prometheus.ssl.port prometheus.ssl.request_timeout prometheus.ssl.reuse_sessions prometheus.ssl.secure_renegotiate
prometheus.ssl.shutdown_timeout prometheus.ssl.verify prometheus.ssl.versions.* prometheus.tcp.compress prometheus.tcp.idle_timeout
prometheus.tcp.inactivity_timeout prometheus.tcp.max_keepalive prometheus.tcp.request_timeout prometheus.tcp.shutdown_timeout
quorum_queue.compute_checksums ssl_allow_poodle_attack ssl_cert_login_san_index ssl_cert_login_san_type ssl_options.cacerts.*
ssl_options.cert ssl_options.crl_check ssl_options.key.DSAPrivateKey ssl_options.key.PrivateKeyInfo ssl_options.key.RSAPrivateKey
ssl_options.log_alert ssl_options.log_level stomp.default_nack_requeue stomp.default_topic_exchange stomp.default_vhost
stomp.hide_server_info stomp.listeners.ssl stomp.listeners.ssl.* stomp.listeners.tcp stomp.login_timeout stomp.num_acceptors.ssl
stomp.num_acceptors.tcp stomp.proxy_protocol stomp.ssl_cert_login stomp.tcp_listen_options stomp.tcp_listen_options.**
stream.advertised_host stream.advertised_port stream.advertised_tls_host stream.advertised_tls_port stream.listeners.ssl
stream.listeners.ssl.* stream.listeners.tcp stream.num_acceptors.ssl stream.num_acceptors.tcp stream.ssl_cert_login
stream.tcp_listen_options stream.tcp_listen_options.** sysmon_handler.thresholds.busy_ports sysmon_handler.thresholds.busy_processes
sysmon_handler.triggers.distribution_port sysmon_handler.triggers.port sysmon_handler.triggers.process.garbage_collection
sysmon_handler.triggers.process.heap_size sysmon_handler.triggers.process.long_scheduled_execution tcp_listen_options
trust_store.directory trust_store.providers.* trust_store.refresh_interval trust_store.ssl_options trust_store.ssl_options.**
trust_store.url vhost_restart_strategy web_mqtt.cowboy_opts.** web_mqtt.max_connections web_mqtt.num_acceptors.ssl
web_mqtt.num_acceptors.tcp web_mqtt.proxy_protocol web_mqtt.ssl.backlog web_mqtt.ssl.cacertfile web_mqtt.ssl.certfile
web_mqtt.ssl.ciphers.* web_mqtt.ssl.client_renegotiation web_mqtt.ssl.crl_check web_mqtt.ssl.depth web_mqtt.ssl.honor_cipher_order
web_mqtt.ssl.honor_ecc_order web_mqtt.ssl.ip web_mqtt.ssl.keyfile web_mqtt.ssl.listener web_mqtt.ssl.password web_mqtt.ssl.port
web_mqtt.ssl.reuse_sessions web_mqtt.ssl.secure_renegotiate web_mqtt.ssl.versions.* web_mqtt.tcp.backlog web_mqtt.tcp.ip
web_mqtt.tcp.listener web_mqtt.tcp.port web_mqtt.ws_opts.** web_mqtt.ws_path web_stomp.cowboy_opts.** web_stomp.max_connections
web_stomp.num_acceptors.ssl web_stomp.num_acceptors.tcp web_stomp.port web_stomp.proxy_protocol web_stomp.ssl.backlog
web_stomp.ssl.cacertfile web_stomp.ssl.certfile web_stomp.ssl.ciphers.* web_stomp.ssl.client_renegotiation web_stomp.ssl.crl_check
web_stomp.ssl.depth web_stomp.ssl.honor_cipher_order web_stomp.ssl.honor_ecc_order web_stomp.ssl.ip web_stomp.ssl.keyfile
web_stomp.ssl.listener web_stomp.ssl.password web_stomp.ssl.port web_stomp.ssl.reuse_sessions web_stomp.ssl.secure_renegotiate
web_stomp.ssl.versions.* web_stomp.tcp.backlog web_stomp.tcp.ip web_stomp.tcp.listener web_stomp.tcp.port web_stomp.use_http_auth
web_stomp.ws_frame web_stomp.ws_opts.** web_stomp.ws_path
`;

/** Of the application `rabbit`, in advanced.config only. */
export const advancedKeys: readonly string[] = [
  'autoheal_state_transition_timeout',
  'channel_tick_interval',
  'default_consumer_prefetch',
  'feature_flags_file',
  'lazy_queue_explicit_gc_run_operation_threshold',
  'msg_store_credit_disc_bound',
  'msg_store_file_size_limit',
  'msg_store_io_batch_size',
  'msg_store_shutdown_timeout',
  'queue_explicit_gc_run_operation_threshold',
  'queue_index_max_journal_entries',
  'quorum_cluster_size',
  'quorum_commands_soft_limit',
  'quorum_tick_interval',
  'slave_wait_timeout',
  'trace_vhosts',
  'tracking_execution_timeout',
];

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
  if (known.endsWith('.**')) return key.startsWith(known.slice(0, -2));
  const steps = key.split('.');
  const knownSteps = known.split('.');
  return (
    steps.length === knownSteps.length && knownSteps.every((step, at) => step === '*' || step === steps[at])
  );
}
