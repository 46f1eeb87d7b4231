using Isthmus.Studio.Components;
using Isthmus.Studio.Folders;
using Isthmus.Studio.Models;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MudBlazor.Services;

namespace Isthmus.Studio.Hosting;

/// <summary>The studio on one folder at an address of this machine alone.</summary>
internal sealed class StudioServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _token = StudioGate.NewToken();

    /// <summary>Makes the studio, which is not started.</summary>
    /// <param name="folder">The folder to open.</param>
    /// <param name="port">Port; 0 for a free one.</param>
    /// <param name="program">Words that start this program, before the verb: trainings are processes of their own.</param>
    /// <exception cref="InvalidInputException">The folder cannot be opened.</exception>
    public StudioServer(string folder, int port, IReadOnlyList<string> program)
    {
        // Not the folder of the terminal: nothing is read from it.
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions
            {
                ContentRootPath = AppContext.BaseDirectory,
                EnvironmentName = Environments.Production,
                ApplicationName = typeof(StudioServer).Assembly.GetName().Name,
            }
        );
        builder.Configuration.Sources.Clear();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(System.Net.IPAddress.Loopback, port);
        });
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        // Its keys are never written, whatever it warns of.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        // A port that is taken is said in one line by the command.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        builder.Services.AddSingleton<IHostLifetime, CallerLifetime>();
        // Keys of forms last as long as the process, and no file of them is written.
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder.Services.AddRazorComponents().AddInteractiveServerComponents(circuit => circuit.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(10));
        builder.Services.AddSignalR(hub => hub.MaximumReceiveMessageSize = 1 << 20);
        builder.Services.AddMudServices();
        builder.Services.AddSingleton(new StudioFolder(folder));
        builder.Services.AddSingleton(services => new TrainingJobs(services.GetRequiredService<StudioFolder>(), program));
        builder.Services.AddSingleton(services => new ProgramRunner(services.GetRequiredService<StudioFolder>(), program));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<RunCatalog>();
        builder.Services.AddSingleton<RunMarks>();
        builder.Services.AddSingleton<RunActions>();
        builder.Services.AddSingleton<RecordTags>();
        builder.Services.AddSingleton<RowMarks>();
        builder.Services.AddSingleton<OpenModels>();
        builder.Services.AddScoped<Preferences>();
        _app = builder.Build();
        var gate = new StudioGate(_token);
        _app.UseWebSockets();
        _app.Use(gate.EnterAsync);
        _app.UseRouting();
        _app.UseAntiforgery();
        _app.MapGet("/assets/{name}", StudioAssets.AnswerAsync);
        _app.MapGet("/report/{**run}", ReportAsync);
        _app.MapRazorComponents<App>().AddInteractiveServerRenderMode(mode => mode.ContentSecurityFrameAncestorsPolicy = null);
    }

    /// <summary>Services, for tests.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>Address to open, with the token.</summary>
    public string Address => $"{Listening()}{StudioGate.Opening}{_token}";

    private string Listening() => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <summary>Starts to listen.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _app.StartAsync(cancellationToken);
        // Runs are read while the browser starts.
        _ = Task.Run(Services.GetRequiredService<RunCatalog>().Runs, cancellationToken);
    }

    /// <summary>Ends.</summary>
    public Task StopAsync() => _app.StopAsync(CancellationToken.None);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    // A report is a page of its own, with its own script, and may be anybody's: it gets an origin of its own and no way to the studio.
    private static async Task ReportAsync(HttpContext context, StudioFolder folder)
    {
        try
        {
            var report = folder.Run((string)context.Request.RouteValues["run"]!).Report;
            context.Response.Headers.ContentSecurityPolicy =
                "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:";
            await Results.File(folder.Resolve(folder.NameOf(report)), "text/html; charset=utf-8").ExecuteAsync(context);
        }
        catch (Exception e) when (e is InvalidInputException or FileNotFoundException)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            await context.Response.WriteAsync(e.Message);
        }
    }

    /// <summary>A lifetime that the caller begins and ends: signals are the program's.</summary>
    private sealed class CallerLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
