using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.DurableTask;
using OpsFunctions.Orchestrations;

namespace OpsFunctions.Tests.Orchestrations;

/// <summary>
/// The rules that the durable analyzers check where the packages are (DURABLE0001 to 0011, 1001 to 2004), read from the compiled
/// code, so that they hold where those are not to be had. What an orchestrator decides in Core is kept pure there by its own list.
/// </summary>
public sealed class DisciplineTests
{
    private static readonly Assembly App = typeof(LoopRunOrchestrator).Assembly;

    // Whatever reads a clock, draws a number, waits on something that is no durable task, or reaches the world outside.
    private static readonly string[] BannedMembers =
    [
        "System.DateTime.get_Now", "System.DateTime.get_UtcNow", "System.DateTime.get_Today",
        "System.DateTimeOffset.get_Now", "System.DateTimeOffset.get_UtcNow",
        "System.Guid.NewGuid", "System.Guid.CreateVersion7",
        "System.Threading.Tasks.Task.Delay", "System.Threading.Tasks.Task.Run", "System.Threading.Tasks.Task.Wait", "System.Threading.Tasks.Task.WaitAll",
        "System.Threading.Tasks.Task.WaitAny", "System.Threading.Tasks.Task.ConfigureAwait", "System.Threading.Tasks.Task`1.ConfigureAwait", "System.Threading.Tasks.Task`1.get_Result",
        "System.Threading.Tasks.Task.ContinueWith", "System.Threading.Tasks.Task`1.ContinueWith",
    ];

    private static readonly string[] BannedTypes =
    [
        "System.Environment", "System.Random", "System.Console", "System.TimeProvider", "System.Diagnostics.Stopwatch", "System.Security.Cryptography.RandomNumberGenerator",
        "System.Threading.Thread", "System.Threading.ThreadPool", "System.Threading.Timer", "System.Threading.Tasks.TaskFactory", "System.Threading.Tasks.Parallel", "System.Threading.SemaphoreSlim",
    ];

    private static readonly string[] BannedNamespaces =
    [
        "System.IO", "System.Net", "System.Diagnostics.Process", "Azure", "OpsManager.Storage", "OpsManager.Sprites", "Microsoft.Extensions.Configuration", "Microsoft.Extensions.DependencyInjection", "Microsoft.DurableTask.Client",
    ];

    private static readonly Dictionary<short, OpCode> OneByte = Codes(1);

    private static readonly Dictionary<short, OpCode> TwoBytes = Codes(2);

    public static TheoryData<string> Functions => [.. FunctionMethods().Select(static method => $"{method.DeclaringType!.Name}.{method.Name}")];

    [Fact]
    public void Orchestrator_code_calls_nothing_that_differs_from_one_replay_to_the_next()
    {
        var calls = OrchestratorTypes().SelectMany(static type => Bodies(type)).SelectMany(static method => Calls(method).Select(called => (Caller: method, Called: called))).ToList();

        // The scan sees the state machines, or it would find nothing to object to.
        Assert.Contains(calls, static call => call.Called.Name == nameof(TaskOrchestrationContext.CallActivityAsync));
        Assert.Contains(calls, static call => call.Called.Name == nameof(TaskOrchestrationContext.ContinueAsNew));
        Assert.Equal(string.Empty, string.Join('\n', calls.Where(static call => IsBanned(call.Called)).Select(static call => $"{call.Caller.DeclaringType}: {Name(call.Called)}")));
    }

    [Fact]
    public void Orchestrators_have_no_parameter_but_their_context()
    {
        Assert.All(Orchestrators(), static method =>
        {
            var parameter = Assert.Single(method.GetParameters());
            Assert.Equal(typeof(TaskOrchestrationContext), parameter.ParameterType);
        });
        Assert.NotEmpty(Orchestrators());
    }

    [Fact]
    public void Orchestrators_are_static_so_that_nothing_is_injected_into_them()
    {
        Assert.All(Orchestrators(), static method => Assert.True(method.IsStatic));
    }

    [Fact]
    public void Loops_without_end_continue_as_new()
    {
        Assert.Contains(Bodies(typeof(Engine)).SelectMany(Calls), static called => called.Name == nameof(TaskOrchestrationContext.ContinueAsNew));
    }

    [Fact]
    public void Loggers_of_orchestrators_are_replay_safe()
    {
        var calls = OrchestratorTypes().SelectMany(static type => Bodies(type)).SelectMany(Calls).ToList();

        Assert.Contains(calls, static called => called.Name == nameof(TaskOrchestrationContext.CreateReplaySafeLogger));
        Assert.DoesNotContain(calls, static called => called.Name is "CreateLogger" or "GetLogger");
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void Functions_are_public_and_triggered_once(string function)
    {
        var method = FunctionMethods().Single(method => $"{method.DeclaringType!.Name}.{method.Name}" == function);

        Assert.True(method is { IsPublic: true, DeclaringType.IsPublic: true });
        Assert.Single(method.GetParameters().SelectMany(static parameter => parameter.GetCustomAttributes<TriggerBindingAttribute>()));
    }

    [Fact]
    public void Names_of_functions_are_unique()
    {
        var names = FunctionMethods().Select(static method => method.GetCustomAttribute<FunctionAttribute>()!.Name).ToList();

        Assert.Equal(names.Distinct(StringComparer.OrdinalIgnoreCase), names);
    }

    [Fact]
    public void Orchestrators_and_activities_have_the_name_of_their_type_and_are_called_by_it()
    {
        var durable = FunctionMethods().Where(static method => Triggered<ActivityTriggerAttribute>(method) || Triggered<OrchestrationTriggerAttribute>(method)).ToList();
        Assert.All(durable, static method => Assert.Equal(method.DeclaringType!.Name, method.GetCustomAttribute<FunctionAttribute>()!.Name));

        // A name that is spelt out can drift from its function; the compiler would not tell.
        var names = durable.Select(static method => method.DeclaringType!.Name).ToList();
        var sources = Directory.EnumerateFiles(OpsManager.Testing.RepositoryRoot.Combine("src", "OpsFunctions"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText);
        Assert.All(sources, source => Assert.All(names, name => Assert.DoesNotContain($"\"{name}\"", source, StringComparison.Ordinal)));
    }

    [Fact]
    public void Activities_are_called_with_what_they_take_and_give()
    {
        // DURABLE2001 to 2004 by the calls of the compiled code: the answer asked for is the activity's own.
        var activities = FunctionMethods().Where(Triggered<ActivityTriggerAttribute>).ToList();
        var given = activities.Select(static method => method.ReturnType.GetGenericArguments()[0]).ToHashSet();
        var taken = activities.Select(static method => method.GetParameters()[0].ParameterType).ToHashSet();
        var methods = Bodies(typeof(Engine)).Concat(Bodies(typeof(RaisedEvents))).ToList();

        var asked = methods.SelectMany(Calls).Where(static called => called is MethodInfo { Name: nameof(TaskOrchestrationContext.CallActivityAsync), IsGenericMethod: true }).Select(static called => ((MethodInfo)called).GetGenericArguments()[0]).ToHashSet();
        var made = methods.SelectMany(Calls).OfType<ConstructorInfo>().Select(static constructor => constructor.DeclaringType!).ToHashSet();

        Assert.Equal(given, asked);
        Assert.Subset(made, taken);
    }

    private static bool IsBanned(MethodBase called)
    {
        var type = called.DeclaringType!;
        return BannedMembers.Contains(Name(called), StringComparer.Ordinal)
            || BannedTypes.Contains(type.FullName, StringComparer.Ordinal)
            || BannedNamespaces.Any(banned => type.Namespace == banned || type.Namespace?.StartsWith(banned + ".", StringComparison.Ordinal) == true);
    }

    private static string Name(MethodBase method)
    {
        var type = method.DeclaringType!;
        return $"{type.Namespace}.{type.Name}.{method.Name}";
    }

    private static IEnumerable<MethodInfo> FunctionMethods() => App.GetTypes()
        .SelectMany(static type => type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
        .Where(static method => method.IsDefined(typeof(FunctionAttribute)));

    private static bool Triggered<T>(MethodInfo method)
        where T : Attribute => method.GetParameters().Any(static parameter => parameter.IsDefined(typeof(T)));

    private static IEnumerable<MethodInfo> Orchestrators() => FunctionMethods().Where(Triggered<OrchestrationTriggerAttribute>);

    // The starter of engines is called by API and watchdog, not by an orchestrator.
    private static IEnumerable<Type> OrchestratorTypes() => App.GetTypes()
        .Where(static type => type.Namespace == typeof(LoopRunOrchestrator).Namespace && type.DeclaringType is null && type != typeof(EngineStarter) && !type.IsDefined(typeof(CompilerGeneratedAttribute)));

    private static IEnumerable<MethodBase> Bodies(Type type)
    {
        const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        return type.GetMethods(All).Cast<MethodBase>()
            .Concat(type.GetConstructors(All))
            .Where(static method => method.GetMethodBody() is not null)
            .Concat(type.GetNestedTypes(All).SelectMany(Bodies));
    }

    private static IEnumerable<MethodBase> Calls(MethodBase method)
    {
        var code = method.GetMethodBody()!.GetILAsByteArray()!;
        var typeArguments = method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null;
        var methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        for (var at = 0; at < code.Length;)
        {
            var isLong = code[at] == 0xFE;
            var operation = isLong ? TwoBytes[code[at + 1]] : OneByte[code[at]];
            at += isLong ? 2 : 1;
            if (operation.OperandType is OperandType.InlineMethod)
            {
                yield return method.Module.ResolveMethod(BitConverter.ToInt32(code, at), typeArguments, methodArguments)!;
            }

            at += operation.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
                _ => 4,
            };
        }
    }

    private static Dictionary<short, OpCode> Codes(int size) => typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(static field => (OpCode)field.GetValue(null)!)
        .Where(code => code.Size == size)
        .ToDictionary(static code => (short)(code.Value & 0xFF));
}
