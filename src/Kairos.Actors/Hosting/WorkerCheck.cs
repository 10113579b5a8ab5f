using Akka.Actor;
using Akka.Dispatch;

namespace Kairos.Hosting;

/// <summary>Finds out at the start which workers could never be made: those whose dispatcher or mailbox the actor system does not have.</summary>
internal static class WorkerCheck
{
    /// <exception cref="SettingsException">Some could not; it names all of them.</exception>
    public static void Require(ActorSystem system, IEnumerable<KeyValuePair<string, Props>> workers)
    {
        var problems = workers.Select(worker => ProblemOf(system, worker.Key, worker.Value)).OfType<SettingProblem>().ToList();
        if (problems.Count > 0) throw new SettingsException(problems);
    }

    private static SettingProblem? ProblemOf(ActorSystem system, string component, Props worker)
    {
        MessageDispatcher dispatcher;
        try
        {
            dispatcher = system.Dispatchers.Lookup(worker.Dispatcher);
        }
        catch (Exception exception)
        {
            return new SettingProblem($"dispatcher of the worker of '{component}'", worker.Dispatcher, exception.Message);
        }

        try
        {
            system.Mailboxes.GetMailboxType(worker, dispatcher.Configurator.Config);
            return null;
        }
        catch (Exception exception)
        {
            return new SettingProblem($"mailbox of the worker of '{component}'", worker.Mailbox, exception.Message);
        }
    }
}
