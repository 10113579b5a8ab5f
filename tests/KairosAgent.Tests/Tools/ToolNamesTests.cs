using KairosAgent.Tools;

namespace KairosAgent.Tests.Tools;

public sealed class ToolNamesTests
{
    [Fact]
    public void A_name_that_is_taken_gets_its_servers_in_front_and_then_a_number()
    {
        var names = new ToolNames(["clock"]);

        Assert.Equal("read", names.Take("files", "read"));
        Assert.Equal("files_clock", names.Take("files", "clock"));
        Assert.Equal("other_read", names.Take("other", "read"));
        Assert.Equal("other_read_2", names.Take("other", "read"));
    }

    [Fact]
    public void Names_are_such_as_providers_take()
    {
        var names = new ToolNames([]);
        var tooLong = new string('x', 100);

        Assert.Equal("repo_issues_list", names.Take("s", "repo/issues.list"));
        Assert.Equal("s_repo_issues_list", names.Take("s", "repo.issues/list")); // which would come out the same
        string[] cut = [names.Take("s", tooLong), names.Take("s", tooLong), names.Take("s", tooLong)];
        Assert.Equal(3, cut.Distinct().Count());
        Assert.All(cut, name => Assert.Equal(64, name.Length));
    }
}
