namespace Kairos.Host.Tests.CollectorConfigs;

/// <summary>
/// What the documentation of a collector's component allows: transcribed by hand, with where it was read, because no collector can be run
/// here. Keys are given for every level that a configuration of ours goes down to.
/// </summary>
/// <param name="Section"><c>receivers</c>, <c>processors</c>, <c>exporters</c> or <c>connectors</c>.</param>
/// <param name="Type">Its type, as the metadata of the component names it.</param>
/// <param name="IsInCore">Whether the distribution <c>otelcol</c> has it; <c>otelcol-contrib</c> has all of these.</param>
/// <param name="Signals">The pipelines that it may be in.</param>
/// <param name="Keys">The keys below each path of keys; <c>*</c> where they are free.</param>
internal sealed record DocumentedComponent(
    string Section, string Type, bool IsInCore, string[] Signals, IReadOnlyDictionary<string, string[]> Keys)
{
    private const string GrpcServer =
        "endpoint transport dialer tls max_recv_msg_size_mib max_concurrent_streams read_buffer_size write_buffer_size keepalive auth include_metadata middlewares";

    private const string HttpServer =
        "endpoint tls cors auth max_request_body_size include_metadata response_headers compression_algorithms read_timeout read_header_timeout "
        + "write_timeout idle_timeout middlewares keep_alives_enabled";

    private const string HttpClient =
        "endpoint proxy_url tls read_buffer_size write_buffer_size timeout headers auth compression compression_params max_idle_conns "
        + "max_idle_conns_per_host max_conns_per_host idle_conn_timeout disable_keep_alives http2_read_idle_timeout http2_ping_timeout cookies "
        + "force_attempt_http2 middlewares";

    private static readonly string[] All = ["metrics", "traces", "logs"];

    /// <summary>
    /// Version 0.159 of the OpenTelemetry Collector: which components there are in the manifests of its distributions
    /// (opentelemetry-collector-releases), keys in the file config.schema.yaml of each component (opentelemetry-collector and
    /// opentelemetry-collector-contrib), signals in its metadata.yaml and README.
    /// </summary>
    public static readonly DocumentedComponent[] Collector =
    [
        // receiver/otlpreceiver, config/configgrpc, config/confighttp
        new("receivers", "otlp", true, All, Levels(
            ("", "protocols"),
            ("protocols", "grpc http"),
            ("protocols.grpc", GrpcServer),
            ("protocols.http", HttpServer + " traces_url_path metrics_url_path logs_url_path"))),

        // processor/memorylimiterprocessor, internal/memorylimiter
        new("processors", "memory_limiter", true, All, Levels(
            ("", "check_interval limit_mib spike_limit_mib limit_percentage spike_limit_percentage min_gc_interval_when_soft_limited "
                + "min_gc_interval_when_hard_limited max_gc_interval_when_soft_limited max_gc_interval_when_hard_limited"))),

        // processor/batchprocessor
        new("processors", "batch", true, All, Levels(
            ("", "timeout send_batch_size send_batch_max_size metadata_keys metadata_cardinality_limit"))),

        // contrib: processor/resourceprocessor, internal/coreinternal/attraction
        new("processors", "resource", true, All, Levels(
            ("", "attributes"),
            ("attributes", "key value pattern from_attribute from_context converted_type action default_value"))),

        // contrib: processor/tailsamplingprocessor
        new("processors", "tail_sampling", false, ["traces"], Levels(
            ("", "decision_wait decision_wait_after_root_received num_traces block_on_overflow expected_new_traces_per_sec policies decision_cache "
                + "sample_on_first_match drop_pending_traces_on_shutdown maximum_trace_size_bytes sampling_strategy"),
            ("decision_cache", "sampled_cache_size non_sampled_cache_size"),
            ("policies", "name type latency numeric_attribute probabilistic status_code string_attribute rate_limiting bytes_limiting span_count "
                + "trace_state boolean_attribute ottl_condition and not drop composite"),
            ("policies.status_code", "status_codes"),
            ("policies.probabilistic", "hash_salt sampling_percentage"))),

        // exporter/debugexporter
        new("exporters", "debug", true, All, Levels(
            ("", "verbosity sampling_initial sampling_thereafter use_internal_logger output_paths sending_queue"))),

        // exporter/otlphttpexporter, config/confighttp; its name before 0.144 was otlphttp
        new("exporters", "otlp_http", true, All, Levels(
            ("", HttpClient + " traces_endpoint metrics_endpoint logs_endpoint profiles_endpoint encoding retry_on_failure sending_queue"),
            ("headers", "*"))),

        // contrib: exporter/prometheusexporter, config/confighttp
        new("exporters", "prometheus", true, ["metrics"], Levels(
            ("", HttpServer + " namespace const_labels send_timestamps metric_expiration resource_to_telemetry_conversion resource_constant_labels "
                + "enable_open_metrics add_metric_suffixes translation_strategy without_scope_info sending_queue"))),

        // contrib: exporter/datadogexporter, pkg/datadog/config
        new("exporters", "datadog", false, All, Levels(
            ("", HttpClient + " hostname api metrics traces logs host_metadata only_metadata hostname_detection_timeout orchestrator_explorer "
                + "sending_queue retry_on_failure"),
            ("api", "key site fail_on_invalid_key"),
            ("host_metadata", "enabled hostname_source tags reporter_period"))),

        // contrib: connector/datadogconnector, pkg/datadog/config; takes traces, gives traces and metrics
        new("connectors", "datadog", false, ["metrics", "traces"], Levels(
            ("", "traces"))),
    ];

    /// <summary>
    /// The collector's own metrics: service/telemetry in opentelemetry-collector, after the configuration schema of OpenTelemetry 0.3; and
    /// the Datadog Agent's section for OTLP, in its documentation, "OTLP Ingest in the Agent".
    /// </summary>
    public static readonly IReadOnlyDictionary<string, string[]> Telemetry = Levels(
        ("", "metrics logs traces resource"),
        ("metrics", "level readers views"),
        ("metrics.readers", "pull periodic"),
        ("metrics.readers.pull", "exporter"),
        ("metrics.readers.pull.exporter", "prometheus"),
        ("metrics.readers.pull.exporter.prometheus", "host port without_scope_info without_type_suffix without_units with_resource_constant_labels"));

    public static readonly IReadOnlyDictionary<string, string[]> Agent = Levels(
        ("", "otlp_config logs_enabled"),
        ("otlp_config", "receiver logs"),
        ("otlp_config.receiver", "protocols"),
        ("otlp_config.receiver.protocols", "grpc http"),
        ("otlp_config.receiver.protocols.grpc", "endpoint"),
        ("otlp_config.receiver.protocols.http", "endpoint"),
        ("otlp_config.logs", "enabled"));

    private static Dictionary<string, string[]> Levels(params (string Path, string Keys)[] levels) =>
        levels.ToDictionary(level => level.Path, level => level.Keys.Split(' '));
}
