using Kairos;
using KairosAgent.Text;
using Microsoft.Extensions.AI;

namespace KairosAgent.Chat;

/// <summary>What has become of the prompts so far.</summary>
internal sealed class ChatProgress
{
    public int Answered { get; set; }

    public int Failed { get; set; }
}

/// <summary>Asks the agent one prompt after the other. Answers go to standard output, and nothing else does.</summary>
/// <param name="conversation">The conversation.</param>
/// <param name="progress">Where it is noted what becomes of the prompts.</param>
/// <param name="answers">Where answers go.</param>
/// <param name="log">Where it is told what went wrong.</param>
internal sealed class ChatLoop(Conversation conversation, ChatProgress progress, TextWriter answers, TextWriter log)
{
    private static readonly ErrorClassifier Classifier = ErrorClassifier.Default.ForAgents();

    private string _answering = conversation.AnsweredBy;

    /// <summary>Asks until the prompts end.</summary>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public async Task RunAsync(IAsyncEnumerable<string> prompts, Action<ChatProgress> onTurn, CancellationToken stopping)
    {
        await foreach (var prompt in prompts.WithCancellation(stopping).ConfigureAwait(false))
        {
            await TurnAsync(prompt, stopping).ConfigureAwait(false);
            onTurn(progress);
        }
    }

    private async Task TurnAsync(string prompt, CancellationToken stopping)
    {
        var (hasBegun, hasText) = (false, false);
        await using var answer = conversation.AskAsync(prompt, stopping).GetAsyncEnumerator(stopping);
        while (true)
        {
            try
            {
                if (!await answer.MoveNextAsync().ConfigureAwait(false)) break;
            }
            catch (Exception exception) when (!stopping.IsCancellationRequested)
            {
                if (hasBegun) await answers.WriteLineAsync().ConfigureAwait(false);
                progress.Failed++;
                await log.WriteLineAsync($"prompt {progress.Answered + progress.Failed} has no answer: {Describe(exception)}").ConfigureAwait(false);
                return;
            }

            await TellWhoAnswersAsync().ConfigureAwait(false);
            await answers.WriteAsync(Plain.Of(answer.Current)).ConfigureAwait(false);
            hasBegun = true;
            hasText |= !string.IsNullOrWhiteSpace(answer.Current);
        }

        if (hasBegun) await answers.WriteLineAsync().ConfigureAwait(false);
        if (!hasText)
        {
            progress.Failed++;
            await log.WriteLineAsync($"prompt {progress.Answered + progress.Failed} has an empty answer from {conversation.AnsweredBy}").ConfigureAwait(false);
            return;
        }

        progress.Answered++;
    }

    /// <summary>Once, where it is another than before.</summary>
    private async Task TellWhoAnswersAsync()
    {
        if (conversation.AnsweredBy == _answering) return;
        await log.WriteLineAsync($"{conversation.AnsweredBy} answers now, in place of {_answering}").ConfigureAwait(false);
        _answering = conversation.AnsweredBy;
    }

    /// <summary>In our own words: those of a provider may hold what nobody should read.</summary>
    private static string Describe(Exception exception)
    {
        if (exception is CallRejectedException rejected) return $"{rejected.Component} is not called at present{Wait(rejected.RetryAfter)}";
        var component = exception is CallTimeoutException late ? late.Component : KairosModelExtensions.ChatComponent;
        var error = Classifier.Classify(exception, new ClassificationContext(component));
        return $"{component} failed with {error.Code.ToWireName()}{Wait(error.RetryAfter)}";
    }

    private static string Wait(TimeSpan? wait) =>
        wait is { } time && time > TimeSpan.Zero ? $"; try again in {Durations.Write(TimeSpan.FromSeconds(Math.Ceiling(time.TotalSeconds)))}" : "";
}
