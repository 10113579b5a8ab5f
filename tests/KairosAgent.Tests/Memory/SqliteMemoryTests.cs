using System.Runtime.Versioning;
using Kairos;
using Kairos.TestUtilities.Processes;
using KairosAgent.Memory;

namespace KairosAgent.Tests.Memory;

[UnsupportedOSPlatform("windows")]
public sealed class SqliteMemoryTests : IDisposable
{
    private const UnixFileMode OnlyTheUser = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Everybody = OnlyTheUser | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly TempFolder _folder = new();

    private string File => Path.Combine(_folder.Path, "notes.db");

    [Fact]
    public async Task A_file_in_a_folder_that_others_can_read_is_for_the_user_alone()
    {
        OpenToEverybody();

        await new SqliteMemory(File, TimeProvider.System).StoreAsync(new MemoryItem("1", "tea is green"));

        Assert.Equal(OnlyTheUser, System.IO.File.GetUnixFileMode(File));
    }

    [Fact]
    public async Task A_file_that_others_could_read_is_for_the_user_alone_from_the_next_use_on()
    {
        OpenToEverybody();
        var memory = new SqliteMemory(File, TimeProvider.System);
        await memory.StoreAsync(new MemoryItem("1", "tea is green"));
        System.IO.File.SetUnixFileMode(File, Everybody);

        var found = await memory.SearchAsync("tea", 1);

        Assert.Equal("tea is green", Assert.Single(found.Items).Text);
        Assert.Equal(OnlyTheUser, System.IO.File.GetUnixFileMode(File));
    }

    [Fact]
    public async Task Many_calls_at_once_make_one_file()
    {
        var memory = new SqliteMemory(File, TimeProvider.System);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(number => Task.Run(() => memory.StoreAsync(new MemoryItem($"{number}", $"{number} is a number")))));

        Assert.Equal(20, (await memory.SearchAsync("number", 100)).Items.Count);
    }

    public void Dispose() => _folder.Dispose();

    private void OpenToEverybody() => System.IO.File.SetUnixFileMode(
        _folder.Path, Everybody | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
}
