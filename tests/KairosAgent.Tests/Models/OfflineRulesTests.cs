using KairosAgent.Models;

namespace KairosAgent.Tests.Models;

public sealed class OfflineRulesTests
{
    [Theory]
    [InlineData("what time is it", "clock", "")]
    [InlineData("Which day is today?", "clock", "")]
    [InlineData("what is 2*(3+4)", "calculator", "2*(3+4)")]
    [InlineData("What's 1 + 1 ?", "calculator", "1 + 1")]
    [InlineData("calculate -2^2", "calculator", "-2^2")]
    [InlineData("7/2=", "calculator", "7/2")]
    [InlineData("remember that the time of tea is five", "remember", "the time of tea is five")]
    [InlineData("Please remember: tea is green", "remember", "tea is green")]
    [InlineData("what do you remember about tea?", "recall", "tea")]
    [InlineData("What do you know about the date of the party", "recall", "the date of the party")]
    [InlineData("what do you remember?", "recall", "")]
    [InlineData("recall tea", "recall", "tea")]
    [InlineData("fetch https://example.org/?time=1", "http_fetch", "https://example.org/?time=1")]
    [InlineData("use echo {\"text\":\"what time is it\"}", "echo", "{\"text\":\"what time is it\"}")]
    [InlineData("Please use files_clock", "files_clock", "")]
    public void A_sentence_that_it_knows_becomes_a_call(string prompt, string tool, string text)
    {
        var wish = OfflineRules.Understand(prompt);

        Assert.Equal((tool, text), (wish.Tool, wish.Text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("what is love")]
    [InlineData("remember")]
    [InlineData("do you remember the sometimes?")]
    public void To_everything_else_it_says_what_it_is(string prompt) => Assert.Equal(new Wish(null, null, OfflineRules.WhatItIs), OfflineRules.Understand(prompt));
}
