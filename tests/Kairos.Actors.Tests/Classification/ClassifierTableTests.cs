using Kairos.Tests.Faults;

namespace Kairos.Tests.Classification;

/// <summary>The table of failures, row by row, as a client meets them: a real HttpClient against a server that misbehaves.</summary>
public sealed class ClassifierTableTests
{
    private static readonly Dictionary<string, TableCase> Cases =
        new[] { LimitCases.All, FailureCases.All, TimeoutCases.All, RefusalCases.All, LocalCases.All }
            .SelectMany(cases => cases)
            .ToDictionary();

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Takes_a_failure_for_what_it_is(string name)
    {
        var expected = Cases[name];
        await using var server = MisbehavingServer.Start(expected.Answer);

        var failure = await PlainModel.FailureOf(client => expected.Call(client, server));
        var error = expected.Classifier.Classify(failure, expected.Context);

        Assert.Equal(
            (expected.Code, expected.Recoverable, expected.Verdict, expected.RetryAfter),
            (error.Code, error.Recoverable, error.Verdict, error.RetryAfter));
    }

    [Fact]
    public void Every_row_of_the_table_has_its_cases() =>
        Assert.Equal(Rows.All.Order(), Cases.Values.Select(known => known.Row).Distinct().Order());
}
