using System.Globalization;
using System.Text;

namespace Kairos.Tests.Faults;

/// <summary>What a server does on a connection. It has the request read first, unless it wants to answer before.</summary>
public delegate Task Answer(Exchange exchange);

/// <summary>How an answer that is not whole ends.</summary>
public enum Ending
{
    /// <summary>The connection is closed as if all had been said.</summary>
    Close,

    /// <summary>The connection is reset (RST).</summary>
    Reset,

    /// <summary>Nothing more comes; the connection stays open until the server is disposed.</summary>
    Stall,
}

/// <summary>Answers, right and wrong.</summary>
public static class Answers
{
    /// <summary>A whole answer.</summary>
    public static Answer Status(int status, string body = "", params (string Name, string Value)[] headers) => async exchange =>
    {
        await exchange.ReadRequestAsync();
        await exchange.WriteAsync(Head(status, Encoding.UTF8.GetByteCount(body), headers) + body);
    };

    /// <summary>200 with a body.</summary>
    public static Answer Ok(string body, string type = "application/json") => Status(200, body, ("Content-Type", type));

    /// <summary>The head of an answer and the beginning of its body.</summary>
    public static Answer Partial(int status, string sent, Ending ending, params (string Name, string Value)[] headers) => async exchange =>
    {
        await exchange.ReadRequestAsync();
        await exchange.WriteAsync(Head(status, Encoding.UTF8.GetByteCount(sent) + 1000, headers) + sent);
        await exchange.EndAsync(ending);
    };

    /// <summary>No answer at all.</summary>
    public static Answer Nothing(Ending ending) => async exchange =>
    {
        await exchange.ReadRequestAsync();
        await exchange.EndAsync(ending);
    };

    /// <summary>These very characters, once anything has been received: need not be HTTP, nor wait for the end of a request.</summary>
    public static Answer Raw(string text) => async exchange =>
    {
        await exchange.ReadSomethingAsync();
        await exchange.WriteAsync(text);
    };

    private static string Head(int status, int length, (string Name, string Value)[] headers)
    {
        var head = new StringBuilder().Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} Status\r\nConnection: close\r\n");
        foreach (var (name, value) in headers) head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        return head.Append(CultureInfo.InvariantCulture, $"Content-Length: {length}\r\n\r\n").ToString();
    }
}
