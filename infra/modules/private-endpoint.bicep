metadata description = 'A private endpoint for one service of one resource, with its name in the private DNS zone.'

param name string
param location string
param tags object
param subnetId string
param zoneId string

@description('The resource to reach.')
param targetId string

@allowed(['blob', 'queue', 'table', 'vault'])
param service string

resource endpoint 'Microsoft.Network/privateEndpoints@2025-01-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    subnet: {
      id: subnetId
    }
    privateLinkServiceConnections: [
      {
        name: service
        properties: {
          privateLinkServiceId: targetId
          groupIds: [service]
        }
      }
    ]
  }

  resource zoneGroup 'privateDnsZoneGroups' = {
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        {
          name: service
          properties: {
            privateDnsZoneId: zoneId
          }
        }
      ]
    }
  }
}
