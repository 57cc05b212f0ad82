using OpsManager.Core.Runs;

namespace OpsManager.Notifications.Messages;

/// <summary>A run that a notification is about.</summary>
/// <param name="RunId">The run.</param>
/// <param name="LoopId">Its loop.</param>
/// <param name="Sprite">Its sprite.</param>
/// <param name="Workspace">Its workspace; null if it has none.</param>
/// <param name="Link">Its address in the API; null if the manager's own address is not configured.</param>
public sealed record NotificationRun(RunId RunId, LoopId? LoopId, SpriteName? Sprite, string? Workspace, string? Link);
