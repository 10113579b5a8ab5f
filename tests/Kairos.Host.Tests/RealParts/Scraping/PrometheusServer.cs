using System.Globalization;
using System.Text.Json;
using Kairos.TestUtilities.Ports;
using Kairos.TestUtilities.Processes;

namespace Kairos.Host.Tests.RealParts.Scraping;

/// <summary>One value that a query found.</summary>
internal sealed record Sample(IReadOnlyDictionary<string, string> Labels, double Value)
{
    /// <summary>A label's value; empty where there is none, as in PromQL.</summary>
    public string this[string label] => Labels.GetValueOrDefault(label, "");
}

/// <summary>A real Prometheus with data of its own, which scrapes hosts and evaluates the rules that operators are given.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    private readonly TempFolder _folder;
    private readonly RunningProgram _process;
    private readonly HttpClient _client;

    private PrometheusServer(TempFolder folder, RunningProgram process, int port)
    {
        _folder = folder;
        _process = process;
        _client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
    }

    /// <summary>
    /// Starts it and waits until it has scraped a host; only then it is given the rules. Prometheus takes five seconds to find its targets, which
    /// no time-lapse shortens, and which would be five minutes without data here.
    /// </summary>
    /// <param name="isTimeLapse">Whether minutes are to be shown in seconds.</param>
    /// <param name="targets">The ports of the hosts that it scrapes.</param>
    public static async Task<PrometheusServer> StartAsync(bool isTimeLapse, params int[] targets)
    {
        var folder = new TempFolder();
        var port = FreePorts.Take();
        var process = OutsideTool.Prometheus.Start(
            TimeSpan.FromMinutes(5),
            $"--config.file={PrometheusSetup.WriteConfiguration(folder, targets)}",
            $"--storage.tsdb.path={Path.Combine(folder.Path, "data")}",
            $"--web.listen-address=127.0.0.1:{port}",
            $"--query.lookback-delta={(isTimeLapse ? TimeLapse.Of("[5m]").Trim('[', ']') : "5m")}",
            "--web.enable-lifecycle",
            "--log.level=warn");
        var server = new PrometheusServer(folder, process, port);
        try
        {
            await server.WaitUntilAsync("prometheus answers", server.IsReadyAsync);
            await server.WaitForAsync("up == 1", samples => samples.Count > 0);
            PrometheusSetup.WriteRules(folder, isTimeLapse);
            using var reload = await server._client.PostAsync("/-/reload", null, process.WaitTimeout);
            reload.EnsureSuccessStatusCode();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>What an expression gives at the moment.</summary>
    /// <exception cref="InvalidOperationException">It cannot be evaluated.</exception>
    public async Task<IReadOnlyList<Sample>> QueryAsync(string expression)
    {
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("query", expression)]);
        using var response = await _client.PostAsync("/api/v1/query", form, _process.WaitTimeout);
        var data = DataOf(await response.Content.ReadAsStringAsync(_process.WaitTimeout), expression);
        return data.GetProperty("resultType").GetString() == "vector"
            ? [.. data.GetProperty("result").EnumerateArray().Select(SampleOf)]
            : [new Sample(new Dictionary<string, string>(), ValueOf(data.GetProperty("result")))];
    }

    /// <summary>The answer of another part of the API.</summary>
    public async Task<JsonElement> GetAsync(string path) => DataOf(await _client.GetStringAsync(path, _process.WaitTimeout), path);

    /// <summary>Waits until an expression gives what is expected, and returns it.</summary>
    public async Task<IReadOnlyList<Sample>> WaitForAsync(string expression, Func<IReadOnlyList<Sample>, bool> isExpected)
    {
        IReadOnlyList<Sample> samples = [];
        await WaitUntilAsync(
            () => $"{expression} gives what is expected; it gave {string.Join("; ", samples.Select(Describe))}",
            async () => isExpected(samples = await QueryAsync(expression)));
        return samples;
    }

    public Task WaitUntilAsync(string what, Func<Task<bool>> isSo) => WaitUntilAsync(() => what, isSo);

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private async Task WaitUntilAsync(Func<string> what, Func<Task<bool>> isSo)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(_process.WaitTimeout);
        timeout.CancelAfter(TimeSpan.FromSeconds(90));
        using var pace = new PeriodicTimer(Pace);
        try
        {
            while (!await isSo()) await pace.WaitForNextTickAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"It took too long until {what()}\n{_process.Errors.Text}");
        }
    }

    private async Task<bool> IsReadyAsync()
    {
        if (_process.HasEnded) throw new InvalidOperationException($"prometheus ended: {_process.Errors.Text}");
        try
        {
            using var response = await _client.GetAsync("/-/ready", _process.WaitTimeout);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static JsonElement DataOf(string answer, string question)
    {
        var json = JsonDocument.Parse(answer).RootElement;
        return json.GetProperty("status").GetString() == "success"
            ? json.GetProperty("data")
            : throw new InvalidOperationException($"{question}: {json.GetProperty("error")}");
    }

    private static Sample SampleOf(JsonElement result) => new(
        result.GetProperty("metric").EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString()!),
        ValueOf(result.GetProperty("value")));

    private static double ValueOf(JsonElement value) => double.Parse(value[1].GetString()!, CultureInfo.InvariantCulture);

    private static string Describe(Sample sample) => $"{string.Join(',', sample.Labels.Select(label => $"{label.Key}={label.Value}"))}: {sample.Value}";
}
