metadata name = 'Superloop Ops Manager'
metadata description = 'One manager in one resource group: Flex Consumption, one identity, no connection strings or keys.'

targetScope = 'resourceGroup'

@description('Name of the environment, such as dev or prod; a part of every resource name.')
@minLength(2)
@maxLength(32)
param environmentName string

@description('Azure region. It must offer Flex Consumption.')
param location string = resourceGroup().location

@description('Tags for every resource, added to application and environment.')
param tags object = {}

@description('Name of the Durable task hub: letters and digits, starts with a letter. A new name is a new, empty hub.')
@minLength(3)
@maxLength(45)
param taskHubName string = 'OpsManager'

@description('When the watchdog looks at the runs: six fields, UTC.')
param watchdogSchedule string = '0 * * * * *'

@description('When deletions are carried out: six fields, UTC.')
param reaperSchedule string = '30 * * * * *'

@description('When what is kept no longer is looked for: six fields, UTC.')
param retentionSchedule string = '0 17 * * * *'

@description('When sinks are told of escalations that were not told at once: six fields, UTC.')
param notificationsSchedule string = '*/30 * * * * *'

@description('Hosts that the manager may call: host, host:port, *.example.org or *.example.org:port. Empty refuses all.')
param allowedHosts string[] = []

@description('Adapter tokens: token name, as runs refer to it, to the name of the vault secret. Letters, digits and underscores in token names.')
param adapterTokens { *: string } = {}

@description('File with sinks and routes, from the root of the package; where the package lacks it the app does not start. Empty tells nobody.')
param sinksFile string = ''

@description('Hosts that sinks may have, written as in allowedHosts. Empty keeps the list of the app: Slack and PagerDuty.')
param sinkHosts string[] = []

@description('Secrets of sinks: secret name, as the sinks file refers to it, to the name of the vault secret. Letters, digits and single underscores in secret names.')
param sinkReferences { *: string } = {}

@description('Further app settings. Nothing secret belongs here.')
param settings { *: string } = {}

@description('Instances kept ready for orchestrations and activities, each billed all the time. With 0 the first message starts one; the timers run on instances of their own, also without any run.')
@minValue(0)
@maxValue(20)
param alwaysReadyDurable int = 0

@description('Memory of an instance in MB.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('Upper limit of instances.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('HTTP requests per instance before another one is started. Long-polls and event streams mostly sleep, hence the high number.')
@minValue(1)
@maxValue(1000)
param httpConcurrency int = 100

@description('CIDR ranges that may call the API; empty for any. Sprites that nudge must be inside.')
param allowedClientRanges string[] = []

@description('Storage and vault only through private endpoints, calls to sprites from one fixed address.')
param privateNetwork bool = false

@description('Address range of the virtual network, a /25 or larger.')
param networkAddressPrefix string = '10.60.0.0/24'

@description('How storage is replicated.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS'])
param storageRedundancy string = 'Standard_LRS'

@description('Keeps a deleted vault and its name for vaultSoftDeleteDays. Cannot be undone.')
param vaultPurgeProtection bool = false

@description('Days that deleted secrets can be recovered. Fixed once the vault exists.')
@minValue(7)
@maxValue(90)
param vaultSoftDeleteDays int = 7

@description('People or groups who set the secrets: object ids.')
param secretsOfficers {
  principalId: string
  principalType: 'User' | 'Group'
}[] = []

@description('Days that logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('Ingestion limit of the workspace in GB per day; -1 for none. The alerts see nothing of what it keeps out.')
param logDailyQuotaGb int = -1

@description('Whether the alert rules run.')
param alertsEnabled bool = true

@description('Addresses that alerts go to.')
param alertEmails string[] = []

var token = uniqueString(resourceGroup().id, environmentName)
var namePrefix = 'ops-${environmentName}'
var identityName = 'id-${namePrefix}'
var allTags = union(tags, {
  application: 'superloop-ops-manager'
  environment: environmentName
  'azd-env-name': environmentName
})

var vaultReferences = union(
  toObject(items(adapterTokens), entry => 'Adapter__Tokens__${entry.key}', entry => entry.value),
  toObject(items(sinkReferences), entry => 'Escalations__Secrets__${entry.key}', entry => entry.value)
)

module identity 'modules/identity.bicep' = {
  params: {
    name: identityName
    location: location
    tags: allTags
  }
}

module monitoring 'modules/monitoring.bicep' = {
  params: {
    workspaceName: 'log-${namePrefix}'
    applicationInsightsName: 'appi-${namePrefix}'
    location: location
    tags: allTags
    retentionDays: logRetentionDays
    dailyQuotaGb: logDailyQuotaGb
    identityName: identityName
    publisherPrincipalId: identity.outputs.principalId
  }
}

module storage 'modules/storage.bicep' = {
  params: {
    name: 'stops${token}'
    location: location
    tags: allTags
    redundancy: storageRedundancy
    publicAccess: !privateNetwork
    identityName: identityName
    ownerPrincipalId: identity.outputs.principalId
  }
}

module vault 'modules/vault.bicep' = {
  params: {
    name: 'kv-ops-${token}'
    location: location
    tags: allTags
    publicAccess: !privateNetwork
    purgeProtection: vaultPurgeProtection
    softDeleteDays: vaultSoftDeleteDays
    identityName: identityName
    readerPrincipalId: identity.outputs.principalId
    officers: secretsOfficers
    workspaceId: monitoring.outputs.workspaceId
  }
}

module network 'modules/network.bicep' = if (privateNetwork) {
  params: {
    name: 'vnet-${namePrefix}'
    location: location
    tags: allTags
    addressPrefix: networkAddressPrefix
  }
}

var privateServices = ['blob', 'queue', 'table', 'vault']

module endpoints 'modules/private-endpoint.bicep' = [
  for service in privateServices: if (privateNetwork) {
    params: {
      name: 'pe-${namePrefix}-${service}'
      location: location
      tags: allTags
      subnetId: network!.outputs.endpointSubnetId
      zoneId: network!.outputs.zoneIds[service]
      targetId: service == 'vault' ? vault.outputs.id : storage.outputs.id
      service: service
    }
  }
]

module app 'modules/function-app.bicep' = {
  params: {
    name: 'func-ops-${token}'
    planName: 'plan-${namePrefix}'
    location: location
    tags: allTags
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    blobUri: storage.outputs.blobUri
    queueUri: storage.outputs.queueUri
    tableUri: storage.outputs.tableUri
    packageContainerUri: storage.outputs.packageContainerUri
    applicationInsightsConnectionString: monitoring.outputs.connectionString
    vaultUri: vault.outputs.uri
    taskHubName: taskHubName
    watchdogSchedule: watchdogSchedule
    reaperSchedule: reaperSchedule
    retentionSchedule: retentionSchedule
    notificationsSchedule: notificationsSchedule
    allowedHosts: allowedHosts
    sinksFile: sinksFile
    sinkHosts: sinkHosts
    vaultReferences: vaultReferences
    settings: settings
    subnetId: privateNetwork ? network!.outputs.appSubnetId : ''
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    httpConcurrency: httpConcurrency
    alwaysReadyDurable: alwaysReadyDurable
    allowedClientRanges: allowedClientRanges
  }
  // Storage and vault must answer when the host first starts.
  dependsOn: [endpoints]
}

module alerts 'modules/alerts.bicep' = {
  params: {
    namePrefix: namePrefix
    location: location
    tags: allTags
    workspaceId: monitoring.outputs.workspaceId
    emails: alertEmails
    enabled: alertsEnabled
  }
}

// Upper case, because azd keeps outputs as environment variables.
output AZURE_RESOURCE_GROUP string = resourceGroup().name
output FUNCTION_APP_NAME string = app.outputs.name
output API_BASE_URL string = 'https://${app.outputs.hostName}/api'
output KEY_VAULT_NAME string = vault.outputs.name

@description('The address calls to sprites come from; empty without the private network.')
output EGRESS_ADDRESS string = privateNetwork ? network!.outputs.egressAddress : ''
