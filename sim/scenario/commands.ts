/**
 * The command names of RabbitMQ 3.10's tools. Only names: what a command does and how it reads its words is `operator/`'s.
 */
import { operations } from '../operator/operations-commands.ts';
import { parameterCommands } from '../operator/parameter-commands.ts';
import { tools } from '../operator/tools.ts';
import { virtualHostCommands } from '../operator/virtual-host-commands.ts';
import type { Tool } from './chaos-model.ts';

/** Commands that a chaos row may run. */
export const simulatedCommands: Readonly<Record<Tool, readonly string[]>> = {
  rabbitmqctl: [
    'stop_app',
    'start_app',
    'stop',
    'reset',
    'force_reset',
    'force_boot',
    'join_cluster',
    'change_cluster_node_type',
    'forget_cluster_node',
    'set_policy',
    'clear_policy',
    'sync_queue',
    'cancel_sync_queue',
    'set_vm_memory_high_watermark',
    'set_disk_free_limit',
    'cluster_status',
    'list_queues',
    'delete_queue',
    'purge_queue',
    ...virtualHostCommands.map(([name]) => name),
    ...operations.map(([name]) => name),
    ...parameterCommands.keys(),
  ],
  'rabbitmq-queues': [...tools['rabbitmq-queues'].keys()],
  'rabbitmq-upgrade': [...tools['rabbitmq-upgrade'].keys()],
  'rabbitmq-diagnostics': [...tools['rabbitmq-diagnostics'].keys()],
};

/** RabbitMQ's own, but nothing that the simulator has a model of. */
export const otherCommands: Readonly<Record<Tool, readonly string[]>> = {
  rabbitmqctl: (
    'activate_free_disk_space_monitoring add_user authenticate_user autocomplete await_startup ' +
    'change_password clear_global_parameter clear_operator_policy clear_password ' +
    'close_all_connections close_all_user_connections ' +
    'close_connection deactivate_free_disk_space_monitoring decode delete_user disable_feature_flag ' +
    'enable_feature_flag encode environment eval eval_file exec export_definitions force_gc ' +
    'hash_password help hipe_compile import_definitions list_channels list_ciphers list_connections ' +
    'list_consumers list_feature_flags list_global_parameters list_hashes list_node_auth_attempt_stats ' +
    'list_operator_policies list_parameters list_unresponsive_queues ' +
    'list_user_permissions list_user_topic_permissions list_users ' +
    'node_health_check ping remote_shell rename_cluster_node report reset_stats_db restart_vhost ' +
    'rotate_logs set_cluster_name set_global_parameter set_log_level set_operator_policy ' +
    'set_permissions_globally set_user_tags set_vhost_tags shutdown ' +
    'status trace_off trace_on update_cluster_nodes update_vhost_metadata version wait'
  ).split(' '),
  'rabbitmq-queues': ['peek', 'reclaim_quorum_memory'],
  'rabbitmq-upgrade': [],
  'rabbitmq-diagnostics': (
    'alarms certificates check_certificate_expiration cipher_suites command_line_arguments consume_event_stream ' +
    'disable_auth_attempt_source_tracking discover_peers enable_auth_attempt_source_tracking environment erlang_cookie_hash ' +
    'erlang_cookie_sources erlang_version list_channels list_connections list_consumers list_exchanges list_network_interfaces ' +
    'list_node_auth_attempt_stats list_queues list_vhosts log_location log_tail log_tail_stream maybe_stuck memory_breakdown ' +
    'node_health_check observer os_env remote_shell report reset_node_auth_attempt_metrics resolve_hostname ' +
    'resolver_info runtime_thread_stats schema_info server_version status tls_versions'
  ).split(' '),
};

/** Columns of `list_queues` that the simulator has no figures for. */
export const otherQueueColumns: readonly string[] = (
  'operator_policy effective_policy_definition exclusive_consumer_pid exclusive_consumer_tag messages_ready_ram ' +
  'messages_unacknowledged_ram messages_ram messages_persistent message_bytes message_bytes_ready ' +
  'message_bytes_unacknowledged message_bytes_ram message_bytes_persistent head_message_timestamp disk_reads disk_writes ' +
  'consumer_utilisation consumer_capacity memory open_files mirror_pids synchronised_mirror_pids'
).split(' ');

/** Options of every tool that may stand before the command and take the next word. */
const optionsWithValue = new Set([
  '-n',
  '--node',
  '-t',
  '--timeout',
  '-p',
  '--vhost',
  '--formatter',
  '--printer',
  '--erlang-cookie',
]);

/**
 * The words with the command's name first: options that stood before it come after it. A leading name of the tool itself
 * is dropped, since command lines are pasted.
 */
export function commandFirst(tool: Tool, words: readonly string[]): readonly string[] {
  const rest = words[0] === tool ? words.slice(1) : words;
  let at = 0;
  for (let word = rest[at]; word?.startsWith('-') === true; word = rest[at])
    at += optionsWithValue.has(word) ? 2 : 1;
  const command = rest[at];
  return command === undefined ? [] : [command, ...rest.slice(0, at), ...rest.slice(at + 1)];
}
