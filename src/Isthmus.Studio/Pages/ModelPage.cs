using Isthmus.Studio.Folders;
using Isthmus.Studio.Models;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Isthmus.Studio.Pages;

/// <summary>
/// A page that shows the model of the run in its address (<c>?run=</c>): opens it, opens another when the address changes, and gives it back when the page is
/// left. Long work says what it is, can be stopped, and leaves its fault on the page. Belongs to one connection, and to its thread.
/// </summary>
public abstract class ModelPage : ComponentBase, IAsyncDisposable
{
    private CancellationTokenSource _cancel = new();
    private string? _opened;
    private int _begun;
    private DateTime _reported;

    /// <summary>Name of the run; null while none is chosen.</summary>
    [SupplyParameterFromQuery]
    public string? Run { get; set; }

    [Inject]
    private protected OpenModels Models { get; set; } = null!;

    /// <summary>The opened folder.</summary>
    [Inject]
    protected StudioFolder Folder { get; set; } = null!;

    /// <summary>The address.</summary>
    [Inject]
    protected NavigationManager Navigation { get; set; } = null!;

    /// <summary>The browser.</summary>
    [Inject]
    protected IJSRuntime Script { get; set; } = null!;

    /// <summary>The model; null before it is open.</summary>
    private protected OpenModel? Model { get; private set; }

    /// <summary>Fault of the last work; null without one.</summary>
    protected Exception? Fault { get; set; }

    /// <summary>Name of the work that goes on; null while none does.</summary>
    protected string? Work { get; private set; }

    /// <summary>Fraction of the work that is done, 0 to 1; null where it is not known.</summary>
    protected double? Share { get; private set; }

    /// <summary>True if the page can show a model; one that must wait calls <see cref="OpenAsync"/> when it can.</summary>
    protected virtual bool IsReady => true;

    /// <summary>Receiver of the fraction of the work that is done, from any thread.</summary>
    protected IProgress<double> Progress => new Reporter(this);

    /// <summary>Clears what the page shows of the model before.</summary>
    protected abstract void Clear();

    /// <summary>Shows the model that has been opened.</summary>
    protected abstract Task ShowAsync();

    /// <inheritdoc/>
    protected override Task OnParametersSetAsync() => IsReady && Run != _opened ? OpenAsync() : Task.CompletedTask;

    /// <summary>Opens the model of the run and shows it.</summary>
    protected async Task OpenAsync()
    {
        var run = _opened = Run;
        Stop();
        Fault = null;
        Clear();
        if (run is null)
        {
            Work = null;
            StateHasChanged();
        }
        else if (await WorkAsync("Reading the model", async cancellationToken =>
            {
                var model = await Models.OpenAsync(run);
                if (cancellationToken.IsCancellationRequested)
                    model.Release();
                cancellationToken.ThrowIfCancellationRequested();
                Model?.Release();
                Model = model;
            }))
            await ShowAsync();
    }

    /// <summary>Does long work: its name stands on the page meanwhile, and its fault afterwards.</summary>
    /// <param name="name">Name of the work, such as "Reading the model".</param>
    /// <param name="work">The work; its token says when it is to stop.</param>
    /// <returns>True if it was done, false if it was stopped or failed.</returns>
    protected async Task<bool> WorkAsync(string name, Func<CancellationToken, Task> work)
    {
        var (own, token) = (++_begun, _cancel.Token);
        (Work, Share, Fault) = (name, null, null);
        StateHasChanged();
        try
        {
            await work(token);
            return true;
        }
        catch (Exception e) when (e is OperationCanceledException or JSDisconnectedException)
        {
            // The reader has stopped it, or has gone.
            return false;
        }
        catch (Exception e)
        {
            // Work that was stopped for other work may fail on what that has changed.
            if (!token.IsCancellationRequested)
                Fault = e;
            return false;
        }
        finally
        {
            if (own == _begun)
                Work = null;
            if (!token.IsCancellationRequested)
                StateHasChanged();
        }
    }

    /// <summary>Stops the work that goes on.</summary>
    protected void Stop()
    {
        _cancel.Cancel();
        _cancel = new();
    }

    /// <inheritdoc/>
    public virtual ValueTask DisposeAsync()
    {
        _cancel.Cancel();
        Model?.Release();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private void Report(double share)
    {
        // Ten times a second is as much as is seen.
        if (DateTime.UtcNow - _reported < TimeSpan.FromSeconds(0.1))
            return;
        _reported = DateTime.UtcNow;
        Share = share;
        _ = InvokeAsync(StateHasChanged);
    }

    private sealed class Reporter(ModelPage page) : IProgress<double>
    {
        public void Report(double value) => page.Report(value);
    }
}
