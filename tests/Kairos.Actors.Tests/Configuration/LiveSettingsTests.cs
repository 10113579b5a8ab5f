using Kairos.Configuration;

namespace Kairos.Tests.Configuration;

/// <summary>What is changed while Kairos runs stands above what is read again, key by key; what is in force is one value.</summary>
public sealed class LiveSettingsTests
{
    [Fact]
    public void Anybody_can_make_settings_and_change_them()
    {
        var settings = new KairosSettings { AskTimeout = TimeSpan.FromSeconds(3) }.With("llm", c => Failures(c, 7)).With("memory");

        Assert.Equal(["llm", "memory"], settings.Components.AsEnumerable());
        Assert.Equal((7, 7, 5), (FailuresOf(settings, "llm"), FailuresOf(settings, "llm/mini"), FailuresOf(settings, "memory")));
        Assert.Throws<ArgumentException>(() => settings.With("NO NAME"));
    }

    [Fact]
    public void Settings_that_say_the_same_are_equal()
    {
        var one = new KairosSettings().With("llm", c => Failures(c, 7)).With("llm", c => Failures(c, 8));
        var other = new KairosSettings().With("llm", c => Failures(c, 8));

        Assert.Equal((one, one.GetHashCode()), (other, other.GetHashCode()));
        Assert.NotEqual(one, one.With("llm", c => Failures(c, 9)));
        Assert.NotEqual(one, one.With("memory"));
        Assert.NotEqual(one, one with { AskTimeout = TimeSpan.FromSeconds(1) });
    }

    [Fact]
    public void What_a_change_leaves_as_it_is_goes_on_to_be_inherited()
    {
        var settings = new KairosSettings().With("tools", c => Failures(c, 7)).With("tools/search", c => c with { Health = c.Health with { DegradedRate = 1 } });

        Assert.Equal(9, FailuresOf(settings.With("tools", c => Failures(c, 9)), "tools/search"));
    }

    [Fact]
    public void Changing_the_same_thing_for_ever_does_not_grow()
    {
        var settings = new KairosSettings();
        for (var i = 0; i < 100_000; i++) settings = settings.With("llm", c => Failures(c, i));

        Assert.Equal((99_999, 1), (FailuresOf(settings, "llm"), settings.Overrides["llm"].Keys.Count));
    }

    [Fact]
    public void What_is_changed_stands_above_what_is_read_again_key_by_key()
    {
        var live = new LiveSettings(new KairosSettings().With("llm", c => Failures(c, 6)));
        live.Change(settings => settings.With("llm", c => Failures(c, 7)) with { AskTimeout = TimeSpan.FromSeconds(1), Defaults = Window(settings.Defaults, 20) });

        live.Reload(new KairosSettings { AskTimeout = TimeSpan.FromSeconds(2), Defaults = Failures(Window(ComponentSettings.Default, 30), 3) }
            .With("llm", c => Rate(Failures(c, 8), 99)).With("speech"));

        Assert.Equal((7, 99, 20), (FailuresOf(live.InForce, "llm"), live.InForce.For("llm").Health.DegradedRate, live.InForce.For("llm").Breaker.Window.TotalSeconds));
        Assert.Equal((3, 1), (FailuresOf(live.InForce, "memory"), live.InForce.AskTimeout.TotalSeconds));
        Assert.Equal(["llm", "speech"], live.InForce.Components.AsEnumerable());
    }

    [Fact]
    public void What_is_changed_back_stands_above_it_as_well()
    {
        var live = new LiveSettings(new KairosSettings());
        live.Change(settings => settings.With("llm", c => Failures(c, 7)));
        live.Change(settings => settings.With("llm", c => Failures(c, 5)));

        live.Reload(new KairosSettings().With("llm", c => Failures(c, 8)));

        Assert.Equal(5, FailuresOf(live.InForce, "llm"));
    }

    [Fact]
    public void An_override_that_a_change_takes_away_stays_away()
    {
        var live = new LiveSettings(new KairosSettings().With("llm", c => Failures(c, 7)));

        live.Change(_ => new KairosSettings());
        Assert.Equal(5, FailuresOf(live.InForce, "llm"));
        live.Reload(new KairosSettings().With("llm", c => Failures(c, 8)));

        Assert.Equal(5, FailuresOf(live.InForce, "llm"));
    }

    [Fact]
    public void What_is_wrong_changes_nothing_and_is_named_whole()
    {
        var live = new LiveSettings(new KairosSettings().With("llm"));
        var before = live.InForce;

        var wrong = Assert.Throws<SettingsException>(() => live.Change(settings =>
            settings.With("llm", c => Failures(c, -1)).With("memory", c => c with { Breaker = c.Breaker with { OpenMax = TimeSpan.FromSeconds(1) } })));
        Assert.Throws<SettingsException>(() => live.Reload(new KairosSettings { AskTimeout = TimeSpan.Zero }));

        Assert.Equal(["kairos.components.llm.breaker.consecutive-failures", "kairos.components.memory.breaker.open-max"], wrong.Problems.Select(problem => problem.Key));
        Assert.Same(before, live.InForce);
        Assert.Equal(10_000, live.InForce.MaxComponents);
    }

    [Fact]
    public void A_reload_that_contradicts_what_was_changed_is_refused()
    {
        var live = new LiveSettings(new KairosSettings());
        live.Change(settings => settings.With("llm", c => c with { Breaker = c.Breaker with { OpenMax = TimeSpan.FromSeconds(40) } }));

        Assert.Throws<SettingsException>(() =>
            live.Reload(new KairosSettings().With("llm", c => c with { Breaker = c.Breaker with { OpenDuration = TimeSpan.FromSeconds(50) } })));
        Assert.Equal(30, live.InForce.For("llm").Breaker.OpenDuration.TotalSeconds);
    }

    [Fact]
    public void How_many_components_there_may_be_stays_what_it_was_at_the_start()
    {
        var live = new LiveSettings(new KairosSettings { MaxComponents = 2 });

        live.Change(settings => settings with { MaxComponents = 100 });
        live.Reload(new KairosSettings { MaxComponents = 50 });

        Assert.Equal(2, live.InForce.MaxComponents);
        Assert.Throws<SettingsException>(() => live.Change(settings => settings.With("a").With("b").With("c")));
    }

    [Fact]
    public void What_is_removed_is_as_it_was_read()
    {
        var live = new LiveSettings(new KairosSettings().With("llm", c => Failures(c, 6)));
        live.Keep("llm", Failures(ComponentSettings.Default, 7), () => true);
        live.Keep("request", Failures(ComponentSettings.Default, 7), () => true);
        live.Keep("late", Failures(ComponentSettings.Default, 7), () => false);
        Assert.Equal(["llm", "request"], live.InForce.Components.AsEnumerable());

        live.Forget("llm");
        live.Forget("request");

        Assert.Equal(new KairosSettings().With("llm", c => Failures(c, 6)), live.InForce);
    }

    private static int FailuresOf(KairosSettings settings, string component) => settings.For(component).Breaker.ConsecutiveFailures;

    private static ComponentSettings Failures(ComponentSettings c, int failures) => c with { Breaker = c.Breaker with { ConsecutiveFailures = failures } };

    private static ComponentSettings Window(ComponentSettings c, int seconds) => c with { Breaker = c.Breaker with { Window = TimeSpan.FromSeconds(seconds) } };

    private static ComponentSettings Rate(ComponentSettings c, int rate) => c with { Health = c.Health with { DegradedRate = rate } };
}
