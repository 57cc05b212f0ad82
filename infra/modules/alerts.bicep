metadata description = 'Alerts on what the app and the Durable engine log, and who is told.'

param namePrefix string
param location string
param tags object

@description('The workspace behind Application Insights.')
param workspaceId string

@description('Addresses to tell; with none the alerts are only listed in the portal.')
param emails string[]

param enabled bool

// The names of log events that are read here are listed in docs/deployment.md; they are part of the app's behaviour.
var rules = [
  {
    name: 'poison-message'
    title: 'A message of the task hub cannot be processed'
    description: 'The engine keeps failing on one message: its run no longer advances. See docs/operations.md.'
    severity: 1
    minutes: 5
    windowMinutes: 5
    query: '''
      AppTraces
      | where tostring(Properties["EventName"]) == "PoisonMessageDetected"
    '''
    operator: 'GreaterThan'
    stateful: true
  }
  {
    name: 'run-failed'
    title: 'A Loop Run ended badly'
    description: 'A run ended failed, crashed, lost or timed out. The run and its reason are in the log line.'
    severity: 2
    minutes: 5
    windowMinutes: 5
    query: '''
      AppTraces
      | where tostring(Properties["EventName"]) in ("RunFailed", "RunCrashed", "RunLost", "RunTimedOut")
    '''
    operator: 'GreaterThan'
    stateful: false
  }
  {
    name: 'engine-replaced'
    title: 'The watchdog replaced an orchestration'
    description: 'An orchestration was missing, failed or wedged and was started anew. One is a repair, many are a fault.'
    severity: 2
    minutes: 5
    windowMinutes: 5
    query: '''
      AppTraces
      | where tostring(Properties["EventName"]) == "EngineReplaced"
    '''
    operator: 'GreaterThan'
    stateful: false
  }
  {
    name: 'watchdog-silent'
    title: 'The watchdog does not tick'
    description: 'The app does not start, its storage cannot be reached, or its telemetry does not arrive: nothing else can be trusted.'
    severity: 1
    minutes: 5
    windowMinutes: 15
    query: '''
      AppTraces
      | where tostring(Properties["EventName"]) == "WatchdogTick"
    '''
    operator: 'LessThan'
    stateful: true
  }
]

resource recipients 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(emails)) {
  name: 'ag-${namePrefix}'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'ops-manager'
    enabled: true
    emailReceivers: [
      for (email, i) in emails: {
        name: 'email-${i}'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

resource alerts 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = [
  for rule in rules: {
    name: 'alert-${namePrefix}-${rule.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: rule.title
      description: rule.description
      severity: rule.severity
      enabled: enabled
      scopes: [workspaceId]
      evaluationFrequency: 'PT${rule.minutes}M'
      windowSize: 'PT${rule.windowMinutes}M'
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Count'
            operator: rule.operator
            threshold: rule.operator == 'LessThan' ? 1 : 0
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      // A state fires once until it is over; an event fires whenever it occurs.
      autoMitigate: rule.stateful
      // The workspace has no table before the first line arrives.
      skipQueryValidation: true
      actions: {
        actionGroups: empty(emails) ? [] : [recipients.id]
      }
    }
  }
]
