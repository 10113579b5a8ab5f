using Kairos.Telemetry.Export;

namespace Kairos.Telemetry.Tests.Export;

public sealed class PartialSuccessTests
{
    [Theory]
    [InlineData("", 0)] // everything was taken
    [InlineData("0A00", 0)] // an empty partial success
    [InlineData("0A020807", 7)]
    [InlineData("0A0308AC02", 300)] // a number of two bytes
    [InlineData("0A06120268690803", 3)] // the text before the number
    [InlineData("0A041202_6869", 0)] // a text and no number: a warning
    [InlineData("12020807", 0)] // another field
    [InlineData("0A7F08", 0)] // shorter than it says
    [InlineData("0A", 0)]
    [InlineData("FFFFFFFFFFFFFFFFFFFFFF", 0)] // no number at all
    [InlineData("0A0B08FFFFFFFFFFFFFFFFFF01", long.MaxValue)]
    public void The_number_of_rejected_items_is_read(string answer, long rejected)
    {
        var bytes = Convert.FromHexString(answer.Replace("_", "", StringComparison.Ordinal));

        Assert.Equal(rejected, PartialSuccess.Rejected(new MemoryStream(bytes), isGrpc: false));
        Assert.Equal(rejected, PartialSuccess.Rejected(new MemoryStream([0, 0, 0, 0, (byte)bytes.Length, .. bytes]), isGrpc: true));
    }

    [Fact]
    public void A_compressed_answer_is_not_read() =>
        Assert.Equal(0, PartialSuccess.Rejected(new MemoryStream([1, 0, 0, 0, 4, 0x0A, 2, 8, 7]), isGrpc: true));
}
