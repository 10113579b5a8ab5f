using CsCheck;
using Kairos.Components;

namespace Kairos.Tests.Components;

public class ErrorAccountTests
{
    private static readonly ErrorKind Timeout = new(ErrorCode.Timeout, Recoverable: true);
    private static readonly Gen<ErrorKind> Kind = Gen.Int[0, ErrorKind.Count - 1].Select(ErrorKind.FromIndex);

    [Fact]
    public void Takes_no_more_recoveries_than_there_were_errors()
    {
        var account = new ErrorAccount();
        account.Record(Timeout);
        account.Record(Timeout);
        Assert.Equal(1, account.Recover(Timeout, 1));
        Assert.Equal(1, account.Recover(Timeout, 5));
        Assert.Equal(0, account.Recover(Timeout, 1));
        Assert.Equal((2, 2), (account.Errors, account.Recovered));
    }

    [Fact]
    public void An_error_of_one_kind_does_not_recover_for_another()
    {
        var account = new ErrorAccount();
        account.Record(Timeout);
        Assert.Equal(0, account.Recover(Timeout with { Recoverable = false }, 1));
        Assert.Equal(0, account.Recover(Timeout with { Code = ErrorCode.LlmError }, 1));
        Assert.Equal(1, account.Recover(Timeout, 1));
    }

    [Fact]
    public void Two_accounts_are_equal_when_the_same_happened_to_them()
    {
        Assert.Equal(Account(errors: 2, recovered: 1), Account(errors: 2, recovered: 1));
        Assert.NotEqual(Account(errors: 2, recovered: 1), Account(errors: 2, recovered: 0));
        Assert.NotEqual(Account(errors: 2, recovered: 0), Account(errors: 1, recovered: 0));
        Assert.NotEqual(Account(errors: 1, recovered: 0), Account(errors: 1, recovered: 0, new ErrorKind(ErrorCode.LlmError, Recoverable: true)));
        Assert.NotEqual(Account(errors: 3, recovered: 2), Account(errors: 2, recovered: 1)); // one is left of either
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(long.MinValue)]
    public void Less_than_one_recovery_is_none(long count)
    {
        var account = new ErrorAccount();
        account.Record(Timeout);
        Assert.Equal(0, account.Recover(Timeout, count));
        Assert.Equal(1, account.Recover(Timeout, 100));
        Assert.Equal((1, 1), (account.Errors, account.Recovered));
    }

    [Fact]
    public void Recovered_never_exceeds_total_for_any_kind() =>
        Gen.Select(Kind, Gen.Frequency((1, 0), (1, 1), (1, 3))).Array[0, 200].Sample(
            steps =>
            {
                var account = new ErrorAccount();
                var (total, recovered) = (new long[ErrorKind.Count], new long[ErrorKind.Count]);
                foreach (var (kind, recoveries) in steps)
                {
                    if (recoveries == 0)
                    {
                        account.Record(kind);
                        total[kind.Index]++;
                    }
                    else
                    {
                        recovered[kind.Index] += account.Recover(kind, recoveries);
                    }

                    Assert.InRange(recovered[kind.Index], 0, total[kind.Index]);
                }

                Assert.Equal((total.Sum(), recovered.Sum()), (account.Errors, account.Recovered));
            },
            iter: 500);

    [Fact]
    public void Every_kind_has_an_index_of_its_own()
    {
        var kinds = Enum.GetValues<ErrorCode>().SelectMany(code => new ErrorKind[] { new(code, false), new(code, true) }).ToList();
        Assert.Equal(Enumerable.Range(0, ErrorKind.Count), kinds.Select(kind => kind.Index).Order());
        Assert.All(kinds, kind => Assert.Equal(kind, ErrorKind.FromIndex(kind.Index)));
    }

    [Fact]
    public void Nothing_is_of_no_kind() => Assert.Throws<ArgumentNullException>(() => ErrorKind.Of(null!));

    [Fact]
    public void The_kind_of_an_error_is_its_code_and_whether_it_is_recoverable() =>
        Assert.Equal(
            new ErrorKind(ErrorCode.RateLimit, false), ErrorKind.Of(new KairosError(ErrorCode.RateLimit, "") { Recoverable = false }));

    private static ErrorAccount Account(int errors, int recovered, ErrorKind? kind = null)
    {
        var account = new ErrorAccount();
        for (var i = 0; i < errors; i++) account.Record(kind ?? Timeout);
        account.Recover(kind ?? Timeout, recovered);
        return account;
    }
}
